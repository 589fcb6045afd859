/** Puts an edit into a textarea as one step that Ctrl-Z takes back. */
import type { Edit } from "./commands.ts";

/** The smallest range of `before` that has to be replaced to give `after`, and by what. */
export function change(before: string, after: string): { from: number; to: number; text: string } {
  let from = 0;
  const shorter = Math.min(before.length, after.length);
  while (from < shorter && before[from] === after[from]) from++;
  let tail = 0;
  while (tail < shorter - from && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return { from, to: before.length - tail, text: after.slice(from, after.length - tail) };
}

/** What the server measures a text by: UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

export function current(field: HTMLTextAreaElement): Edit {
  return { text: field.value, start: field.selectionStart, end: field.selectionEnd };
}

export function put(field: HTMLTextAreaElement, edit: Edit): void {
  const { from, to, text } = change(field.value, edit.text);
  field.focus();
  if (from !== to || text !== "") {
    field.setSelectionRange(from, to);
    // Deprecated, but the only way that keeps the browser's undo history; setRangeText loses it.
    const done =
      text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
    if (!done) {
      field.setRangeText(text, from, to, "end");
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }
  field.setSelectionRange(edit.start, edit.end);
}
