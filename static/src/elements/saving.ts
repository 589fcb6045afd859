/**
 * Settles what became of a draft that was sent. The editor says `cairn:saving` with the draft's key; the next page that is
 * a document shows that the save went through. Apart from the editor's modules, so that reading pages load none of them.
 */
import { inTab, keep, onDevice, type Store } from "../device/storage.ts";

const SAVING = "saving";

/** Notes which draft is on its way to the server. */
export function noteSaving(session: Pick<Store, "getItem" | "setItem">, key: string): void {
  keep(session, SAVING, key);
}

/**
 * Drops that draft if its document is shown now. Any other page (an error, a conflict, sign-in) keeps it;
 * the answer is then its key.
 */
export function settleSaving(
  session: Pick<Store, "getItem" | "removeItem">,
  store: Pick<Store, "removeItem">,
  isShown: boolean,
): string | null {
  const key = session.getItem(SAVING);
  if (key === null) return null;
  session.removeItem(SAVING);
  if (!isShown) return key;
  store.removeItem(key);
  return null;
}

export function followSaving(root: Document): void {
  const session = inTab();
  const kept = settleSaving(session, onDevice(), root.querySelector(".page") !== null);
  root.addEventListener("cairn:saving", (event) => {
    if (event instanceof CustomEvent) noteSaving(session, String(event.detail));
  });
  // Choosing on the page of a conflict sends the same text again.
  if (kept !== null && root.querySelector("form.conflict")) {
    root.addEventListener("submit", () => noteSaving(session, kept));
  }
}
