import assert from "node:assert/strict";
import { test } from "node:test";
import { continueList, markOnce } from "../../../static/src/editor/continue_list.ts";

function enter(shown: string, key = continueList): string | null {
  const at = shown.indexOf("|");
  const edit = key({ text: shown.replace("|", ""), start: at, end: at });
  return edit && `${edit.text.slice(0, edit.start)}|${edit.text.slice(edit.end)}`;
}

const CASES: readonly [string, string, string | null][] = [
  ["starts the next bullet", "- one|", "- one\n- |"],
  ["keeps the kind of bullet and its indent", "- a\n  * b|", "- a\n  * b\n  * |"],
  ["counts on", "9. nine|", "9. nine\n10. |"],
  ["keeps the bracket of a number", "1) one|", "1) one\n2) |"],
  ["starts an unticked task", "- [x] done|", "- [x] done\n- [ ] |"],
  ["goes on with a quotation", "> so|", "> so\n> |"],
  ["splits an item at the caret", "- on|e", "- on\n- |e"],
  ["ends the list on an empty item", "- one\n- |", "- one\n\n|"],
  ["ends a task list on an empty task", "- [ ] one\n- [ ] |", "- [ ] one\n\n|"],
  ["ends the list after a blank line without another", "- one\n\n- |", "- one\n\n|"],
  ["ends a quotation apart from what follows", "> so\n> |\nafter", "> so\n\n|\nafter"],
  ["keeps what follows when a list ends", "- |\nafter", "|\nafter"],
  ["is only Enter in a plain line", "words|", null],
  ["is only Enter after a minus that is no bullet", "-5|", null],
];

for (const [does, before, after] of CASES) {
  test(`Enter ${does}`, () => assert.equal(enter(before), after));
}

test("Enter with a selection is only Enter", () => {
  assert.equal(continueList({ text: "- one", start: 2, end: 5 }), null);
});

const MARKS: readonly [string, string, string | null][] = [
  ["of a task stands once", "- [ ] one\n- [ ] - [ ]|", "- [ ] one\n- [ ] |"],
  ["of a bullet stands once", "- one\n  - -|", "- one\n  - |"],
  ["of a number stands once, before what follows", "1. one\n2. 2.|\nafter", "1. one\n2. |\nafter"],
  ["of another kind is text", "- [ ] one\n- [ ] -|", null],
  ["of a quotation goes a level deeper", "> >|", null],
  ["is only a space after words", "- so -|", null],
];

for (const [does, before, after] of MARKS) {
  test(`A mark typed again ${does}`, () => assert.equal(enter(before, markOnce), after));
}
