import "../browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

const { moved } = await import("../../../static/src/switcher/options.ts");

test("arrows go round", () => {
  assert.deepEqual([moved(0, 1, 3), moved(2, 1, 3), moved(0, -1, 3), moved(-1, 1, 3)], [1, 0, 2, 0]);
});
test("where there is nothing nothing is chosen", () => {
  assert.equal(moved(-1, 1, 0), -1);
});
