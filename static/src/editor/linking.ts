/** A wiki link that is being written, as pure functions. */
import type { Edit } from "./commands.ts";

export interface Begun {
  /** Where its brackets open. */
  readonly from: number;
  /** What stands between them and the caret. */
  readonly typed: string;
}

const BEGUN = /\[\[([^[\]|\n]{0,200})$/;

/** The link whose target the caret is in; null elsewhere, and within code or after a backslash. */
export function linkBegun({ text, start, end }: Edit): Begun | null {
  if (start !== end) return null;
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const found = BEGUN.exec(line);
  if (!found) return null;
  const before = line.slice(0, found.index);
  const isCode = (before.split("`").length - 1) % 2 === 1;
  if (isCode || before.endsWith("\\")) return null;
  return { from: start - found[0].length, typed: found[1] ?? "" };
}

/** Brackets that close behind the caret are part of what is replaced. */
export function linkWritten({ text, start }: Edit, from: number, link: string): Edit {
  const rest = text.slice(start);
  const behind = /^[^[\]|\n]{0,200}\]\]/.exec(rest)?.[0] ?? "";
  const caret = from + link.length;
  return { text: text.slice(0, from) + link + rest.slice(behind.length), start: caret, end: caret };
}

/** The beginning of a link to a heading of the page that a link is to. */
export function pageAlone(link: string): string {
  return link.endsWith("]]") ? `${link.slice(0, -2)}#` : link;
}
