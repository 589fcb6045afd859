/** `<cairn-theme>`: three radio buttons; the choice lives in localStorage under "theme" and on <html data-theme>. "auto" removes both. */
import { keep, onDevice } from "../device/storage.ts";

export type Theme = "light" | "dark" | "auto";

export function storedTheme(storage: Pick<Storage, "getItem">): Theme {
  const value = storage.getItem("theme");
  return value === "light" || value === "dark" ? value : "auto";
}

export function chooseTheme(
  theme: Theme,
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  root: { dataset: DOMStringMap },
): void {
  if (theme === "auto") {
    delete root.dataset["theme"];
    storage.removeItem("theme");
    return;
  }
  root.dataset["theme"] = theme;
  keep(storage, "theme", theme);
}

export class ThemeElement extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const current = this.querySelector<HTMLInputElement>(`input[value="${storedTheme(onDevice())}"]`);
    if (current) current.checked = true;
    this.hidden = false;
    this.addEventListener("change", this.#choose, { signal: this.#leaving.signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #choose = (event: Event): void => {
    const input = event.target;
    if (input instanceof HTMLInputElement)
      chooseTheme(input.value as Theme, onDevice(), document.documentElement);
  };
}
