import assert from "node:assert/strict";
import { test } from "node:test";
import { linkBegun, linkWritten, pageAlone } from "../../../static/src/editor/linking.ts";

/** The caret is where the bar stands. */
function edit(text: string) {
  const at = text.indexOf("^");
  return { text: text.replace("^", ""), start: at, end: at };
}
const typed = (text: string) => linkBegun(edit(text))?.typed ?? null;

test("a link has begun from its brackets to the caret", () => {
  assert.deepEqual(linkBegun(edit("See [[wat^")), { from: 4, typed: "wat" });
  assert.equal(typed("[[^"), "");
  assert.equal(typed("[[Water#fet^"), "Water#fet");
  assert.equal(typed("[[a]] and [[b^"), "b");
  assert.equal(typed("[[wat^er]] is"), "wat");
});
test("elsewhere none has", () => {
  for (const text of ["^", "[wat^", "[[a]]^", "[[a|la^", "[[a\nb^", "[[a]^", "`[[a^", "\\[[a^", "^[[a"])
    assert.equal(typed(text), null, text);
});
test("code that has ended does not count", () => {
  assert.equal(typed("`x` [[a^"), "a");
});
test("a selection is no caret", () => {
  assert.equal(linkBegun({ text: "[[abc", start: 2, end: 4 }), null);
});
test("what is written replaces what was typed, with the brackets behind it", () => {
  assert.deepEqual(linkWritten(edit("See [[wat^ now"), 4, "[[Water]]"), edit("See [[Water]]^ now"));
  assert.deepEqual(linkWritten(edit("See [[wat^]] now"), 4, "[[Water]]"), edit("See [[Water]]^ now"));
  assert.deepEqual(linkWritten(edit("See [[wat^er]] now"), 4, "[[Water]]"), edit("See [[Water]]^ now"));
  assert.deepEqual(linkWritten(edit("[[wat^ [[x]]"), 0, "[[Water]]"), edit("[[Water]]^ [[x]]"));
});
test("a link to a page is the beginning of one to its headings", () => {
  assert.deepEqual([pageAlone("[[Water]]"), pageAlone("[W](/w/)")], ["[[Water#", "[W](/w/)"]);
});
