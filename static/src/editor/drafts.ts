/**
 * Text that was typed but is not known to be saved, kept on the device for whoever typed it. Each opening of the editor
 * writes its own record, so neither a second tab nor an unanswered offer loses anything. A record goes when its page is
 * shown after a save, when it equals what the server has, or when its writer throws it away.
 */
import { keep, type Store } from "../device/storage.ts";

export interface Draft {
  readonly base: string;
  readonly title: string;
  readonly source: string;
  /** When it was typed, in milliseconds since 1970. */
  readonly at: number;
}
export interface Left {
  readonly key: string;
  readonly draft: Draft;
}

/** Where the records of one person for one document begin; nobody else is offered them. */
export function draftsOf(personId: string, documentId: string): string {
  return `draft:${personId}:${documentId}:`;
}

/** Whether the device has it now. */
export function keepDraft(store: Store, key: string, draft: Draft): boolean {
  return keep(store, key, JSON.stringify(draft));
}

/**
 * What other openings left among `drafts` (see `draftsOf`) and says something else than `shown`, newest first. Records
 * equal to it are dropped.
 */
export function leftDrafts(
  store: Store,
  drafts: string,
  shown: Pick<Draft, "title" | "source">,
): readonly Left[] {
  const left: Left[] = [];
  for (const key of keysOf(store, drafts)) {
    const draft = parsed(store.getItem(key));
    if (!draft) continue;
    if (sameText(draft.source, shown.source) && sameText(draft.title, shown.title)) store.removeItem(key);
    else left.push({ key, draft });
  }
  return left.sort((one, other) => other.draft.at - one.draft.at);
}

function keysOf(store: Store, prefix: string): string[] {
  const keys = Array.from({ length: store.length }, (_, index) => store.key(index) ?? "");
  return keys.filter((key) => key.startsWith(prefix));
}

/** Line ends differ between a textarea and what was sent; that is no change. */
function sameText(one: string, other: string): boolean {
  const plain = (text: string): string => text.replace(/\r\n?/g, "\n").trim();
  return plain(one) === plain(other);
}

function parsed(value: string | null): Draft | null {
  try {
    const { base, title, source, at } = JSON.parse(value ?? "null") ?? {};
    const isDraft = [base, title, source].every((part) => typeof part === "string") && typeof at === "number";
    return isDraft ? { base, title, source, at } : null;
  } catch {
    return null;
  }
}
