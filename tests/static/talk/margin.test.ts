import assert from "node:assert/strict";
import { test } from "node:test";
import { blockOf, commentAt, stepped } from "../../../static/src/talk/margin.ts";

test("a part is known by the id of its block", () => {
  assert.equal(blockOf({ id: "what-to-bring", dataset: { block: "abc" } }), "abc");
  assert.equal(blockOf({ id: "b-abc", dataset: {} }), "abc");
  assert.equal(blockOf({ id: "fn:1", dataset: {} }), null);
  assert.equal(blockOf({ id: "", dataset: {} }), null);
});
test("the form is told which part it is about", () => {
  assert.equal(commentAt("/h/-/talk/1/new/", "abc"), "/h/-/talk/1/new/?block=abc");
});
test("the arrow keys stay within the text", () => {
  assert.deepEqual([stepped(3, 0, -1), stepped(3, 0, 1), stepped(3, 2, 1)], [0, 1, 2]);
});
