import "../browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

const { currentHeading } = await import("../../../static/src/elements/contents.ts");

test("the heading being read is the last one above the line", () => {
  assert.equal(currentHeading([-500, -20, 300, 900], 200), 1);
});
test("before the first heading is reached it is the first", () => {
  assert.equal(currentHeading([400, 900], 200), 0);
});
test("a heading on the line counts", () => {
  assert.equal(currentHeading([0, 200], 200), 1);
});
test("without headings there is none", () => {
  assert.equal(currentHeading([], 200), -1);
});
