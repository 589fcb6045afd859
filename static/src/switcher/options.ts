/** A list box that is steered from a field: the focus stays there, `aria-activedescendant` says which option is meant. */
import { parsed } from "../elements/parsed.ts";

/** The option after a step from `at`, round and round; -1 where there is none. */
export function moved(at: number, step: number, count: number): number {
  return count === 0 ? -1 : (at + step + count) % count;
}

export const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

export class Options {
  #field: HTMLElement;
  #box: HTMLElement;
  #at = -1;

  constructor(field: HTMLElement, box: HTMLElement) {
    this.#field = field;
    this.#box = box;
  }

  get all(): readonly HTMLElement[] {
    return [...this.#box.children] as HTMLElement[];
  }

  get active(): HTMLElement | null {
    return this.all[this.#at] ?? null;
  }

  /** The first is meant until another is chosen. `isSame`: an answer to the same once more, so the choice stands. */
  show(options: Iterable<HTMLElement>, isSame = false): void {
    const chosen = isSame ? this.active?.getAttribute("href") : null;
    this.#box.replaceChildren(...options);
    for (const [n, option] of this.all.entries()) option.id = `${this.#box.id}-${n}`;
    const again = chosen ? this.all.findIndex((option) => option.getAttribute("href") === chosen) : 0;
    this.#box.scrollTop = 0;
    this.#mark(this.all.length > 0 ? Math.max(again, 0) : -1);
    if (again > 0) this.active?.scrollIntoView({ block: "nearest" });
  }

  move(step: number): void {
    this.#mark(moved(this.#at, step, this.all.length));
    this.active?.scrollIntoView({ block: "nearest" });
  }

  #mark(at: number): void {
    this.#at = at;
    for (const [n, option] of this.all.entries()) option.setAttribute("aria-selected", String(n === at));
    if (this.active) this.#field.setAttribute("aria-activedescendant", this.active.id);
    else this.#field.removeAttribute("aria-activedescendant");
  }
}

/** What a fragment holds: its options, and what is said of them. */
export function optionsOf(html: string): { options: HTMLElement[]; said: string } {
  const page = parsed(html);
  return {
    options: [...page.querySelectorAll<HTMLElement>('[role="option"]')],
    said: page.querySelector("output")?.textContent.trim() ?? "",
  };
}
