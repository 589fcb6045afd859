/** What the browser keeps for the site. Where it is told to keep nothing, nothing is kept and all else works. */
export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const NOWHERE: Store = {
  length: 0,
  key: () => null,
  getItem: () => null,
  setItem: () => undefined,
  removeItem: () => undefined,
};

/** The storage that `find` reaches for. Browsers forbid it by throwing; some have null in its place. */
export function storeOr(find: () => Store | null): Store {
  try {
    return find() ?? NOWHERE;
  } catch {
    return NOWHERE;
  }
}

/** Whether it is kept now. A device may have no room left, or keep nothing. */
export function keep(store: Pick<Store, "getItem" | "setItem">, key: string, value: string): boolean {
  try {
    store.setItem(key, value);
  } catch {
    return false;
  }
  return store.getItem(key) === value;
}

export const onDevice = (): Store => storeOr(() => localStorage);
export const inTab = (): Store => storeOr(() => sessionStorage);
