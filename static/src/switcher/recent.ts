/** The pages that were read last on this device, kept for each handbook until somebody signs in or out. */
import { keep, type Store } from "../device/storage.ts";

export interface Visit {
  readonly url: string;
  readonly title: string;
  /** In milliseconds since 1970. */
  readonly at: number;
}

export const VISITS_MAX = 20;
const PREFIX = "visits:";
const SIGNING = /^\/-\/sign-(?:in|out|up)\/$/;

/** The last first. Without a handbook: of all. */
export function visits(store: Store, book: string): readonly Visit[] {
  const keys = book ? [PREFIX + book] : keysOf(store);
  return keys.flatMap((key) => read(store, key)).sort((one, other) => other.at - one.at);
}

/** Remembers a page, or forgets it where `title` is null: there is none at that address any more. */
export function noteVisit(
  store: Store,
  book: string,
  { url, title, at }: Omit<Visit, "title"> & { title: string | null },
): void {
  const others = visits(store, book).filter((visit) => visit.url !== url);
  const kept = title === null ? others : [{ url, title, at }, ...others];
  if (kept.length > 0) keep(store, PREFIX + book, JSON.stringify(kept.slice(0, VISITS_MAX)));
  else store.removeItem(PREFIX + book);
}

export function forgetVisits(store: Store): void {
  for (const key of keysOf(store)) store.removeItem(key);
}

/** Notes what is read on this page; the next person on this device learns nothing of it. */
export function followVisits(root: Document, store: Store, place: Pick<Location, "pathname">): void {
  const url = place.pathname;
  const book = url.split("/")[1] ?? "";
  if (book && book !== "-" && !url.startsWith(`/${book}/-/`)) {
    const title = root.querySelector(".reading .page h1")?.textContent.trim() ?? null;
    noteVisit(store, book, { url, title, at: Date.now() });
  }
  root.addEventListener("submit", ({ target }) => {
    if (target instanceof HTMLFormElement && SIGNING.test(new URL(target.action).pathname))
      forgetVisits(store);
  });
}

function keysOf(store: Store): string[] {
  const keys = Array.from({ length: store.length }, (_, index) => store.key(index) ?? "");
  return keys.filter((key) => key.startsWith(PREFIX));
}

function read(store: Store, key: string): Visit[] {
  try {
    const kept: unknown = JSON.parse(store.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isVisit) : [];
  } catch {
    return [];
  }
}

function isVisit(value: Partial<Visit> | null): value is Visit {
  return (
    typeof value?.url === "string" &&
    value.url.startsWith("/") &&
    !value.url.startsWith("//") &&
    typeof value.title === "string" &&
    typeof value.at === "number"
  );
}
