/**
 * Enter within a list, a task list or a quotation starts the next item; on an empty item it ends the list.
 * Whoever types the mark of an item that Enter has written already gets it once.
 */
import type { Edit } from "./commands.ts";

const ITEM = /^(\s*)(?:([-*+])( \[[ xX]\])?|(\d+)([.)])|(>)) (.*)$/;
const MARK = /^\s*((?:[-*+](?: \[ \])?|\d+[.)]) )(.+)$/;

/** The edit Enter makes, or null where Enter is just Enter. */
export function continueList(edit: Edit): Edit | null {
  if (edit.start !== edit.end) return null;
  const from = edit.text.lastIndexOf("\n", edit.start - 1) + 1;
  const before = edit.text.slice(from, edit.start);
  const found = ITEM.exec(before);
  if (!found) return null;
  const [, indent = "", bullet, task, number, dot, quote, words = ""] = found;
  const rest = edit.text.slice(edit.start);
  if (words.trim() === "" && !/^[^\n]/.test(rest)) return endList(edit.text.slice(0, from), rest);
  const mark = bullet ? bullet + (task ? " [ ]" : "") : number ? `${Number(number) + 1}${dot}` : quote;
  const added = `\n${indent}${mark} `;
  const caret = edit.start + added.length;
  return { text: edit.text.slice(0, edit.start) + added + rest, start: caret, end: caret };
}

/** A blank line is left: Markdown would take what follows for more of the item before. */
function endList(before: string, rest: string): Edit {
  const gap = before === "" || before.endsWith("\n\n") ? "" : "\n";
  const caret = before.length + gap.length;
  return { text: before + gap + rest, start: caret, end: caret };
}

/** The edit a space makes, or null where it is just a space. */
export function markOnce(edit: Edit): Edit | null {
  if (edit.start !== edit.end) return null;
  const before = edit.text.slice(edit.text.lastIndexOf("\n", edit.start - 1) + 1, edit.start);
  const [, mark, again = ""] = MARK.exec(before) ?? [];
  if (mark !== `${again} `) return null;
  const caret = edit.start - again.length;
  return { text: edit.text.slice(0, caret) + edit.text.slice(edit.start), start: caret, end: caret };
}
