import assert from "node:assert/strict";
import { test } from "node:test";
import { byteLength, change } from "../../../static/src/editor/text_field.ts";

function applied(before: string, after: string): string {
  const { from, to, text } = change(before, after);
  return before.slice(0, from) + text + before.slice(to);
}

test("a change replaces only what differs", () => {
  assert.deepEqual(change("one two three", "one 2 three"), { from: 4, to: 7, text: "2" });
  assert.deepEqual(change("ab", "a**b"), { from: 1, to: 1, text: "**" });
  assert.deepEqual(change("same", "same"), { from: 4, to: 4, text: "" });
});

test("a change gives the new text, whatever the two texts share", () => {
  const words = ["", "a", "aa", "aaa", "ab", "ba", "aba", "bab", "abab"];
  for (const before of words) for (const after of words) assert.equal(applied(before, after), after);
});

test("a text is measured in bytes of UTF-8", () => {
  assert.equal(byteLength("Hütte 🏔"), 11);
});
