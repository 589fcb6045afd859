import assert from "node:assert/strict";
import { test } from "node:test";
import { beingTyped, completed, fitting } from "../../../static/src/talk/mentioning.ts";

for (const [text, typed] of [
  ["@", ""],
  ["@an", "an"],
  ["See @Anna Be", "Anna Be"],
  ["(@an", "an"],
  ["one\n@two", "two"],
  ["@Bo, @an", "an"],
  ["x@example", null],
  ["@@an", null],
  ["@an\nb", null],
  ["@ an", null],
  [`@${"a".repeat(41)}`, null],
  ["no mark", null],
] as const) {
  test(`behind the mark of ${JSON.stringify(text)} stands ${JSON.stringify(typed)}`, () => {
    assert.equal(beingTyped(text, text.length), typed);
  });
}
test("what stands behind the caret does not count", () => {
  assert.equal(beingTyped("@anna", 3), "an");
});
test("names fit by their beginning or that of one of their words, in any case", () => {
  const names = ["Anna Berg", "Bert Anders", "Johanna", "Ülkü"];
  assert.deepEqual(fitting(names, "an"), ["Anna Berg", "Bert Anders"]);
  assert.deepEqual(fitting(names, "anna be"), ["Anna Berg"]);
  assert.deepEqual(fitting(names, "ü"), ["Ülkü"]);
  assert.deepEqual(fitting(names, "", 2), ["Anna Berg", "Bert Anders"]);
});
test("the name replaces what was typed, and a space follows unless one is there", () => {
  assert.deepEqual(completed("Ask @an", 7, "an", "Anna Berg"), {
    text: "Ask @Anna Berg ",
    start: 15,
    end: 15,
  });
  assert.deepEqual(completed("@an now", 3, "an", "Anna"), { text: "@Anna now", start: 6, end: 6 });
});
