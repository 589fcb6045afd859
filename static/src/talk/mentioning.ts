/** Completing `@` and a name, as pure functions. */
import type { Edit } from "../editor/commands.ts";

const LONGEST = 40;
const BEHIND_MARK = /(?:^|[^\p{L}\p{N}@])@([\p{L}\p{N}][^\n@]*|)$/u;

/** What is being typed behind the last `@` before the caret; null where no name is. */
export function beingTyped(text: string, caret: number): string | null {
  const found = BEHIND_MARK.exec(text.slice(0, caret));
  const typed = found?.[1] ?? null;
  return typed !== null && typed.length <= LONGEST ? typed : null;
}

/** The names that begin so, by the whole or by one of their words; at most `most`. */
export function fitting(names: readonly string[], typed: string, most = 6): string[] {
  const wanted = typed.toLocaleLowerCase();
  const begins = (name: string): boolean =>
    name.toLocaleLowerCase().startsWith(wanted) ||
    name
      .toLocaleLowerCase()
      .split(/\s+/)
      .some((word) => word.startsWith(wanted));
  return names.filter(begins).slice(0, most);
}

/** The text with the name in place of what was typed of it. */
export function completed(text: string, caret: number, typed: string, name: string): Edit {
  const from = caret - typed.length;
  const space = /^\s/.test(text.slice(caret)) ? "" : " ";
  const at = from + name.length + 1;
  return { text: `${text.slice(0, from)}${name}${space}${text.slice(caret)}`, start: at, end: at };
}
