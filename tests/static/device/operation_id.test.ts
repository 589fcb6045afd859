import assert from "node:assert/strict";
import { test } from "node:test";
import { operationId } from "../../../static/src/device/operation_id.ts";

test("operations have ids as the server reads them", () => {
  const id = operationId((bytes) => bytes.fill(255));
  assert.equal(id, "ffffffff-ffff-4fff-bfff-ffffffffffff");
});
test("no two are alike", () => {
  assert.notEqual(operationId(), operationId());
});
