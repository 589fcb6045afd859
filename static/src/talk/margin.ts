/**
 * The margin of a page: how many comments its parts have, and one link that goes along with the pointer, the finger or the
 * arrow keys and says something about the part it stands beside. The text itself is left as it is.
 */
import { STEPS } from "../switcher/options.ts";

const WORDS = 60;

export interface Part {
  readonly id: string;
  readonly element: HTMLElement;
}

/** The block id of an element of the text, null for what nobody comments on. */
export function blockOf(element: { readonly id: string; readonly dataset: DOMStringMap }): string | null {
  return element.dataset["block"] ?? (/^b-\w+$/.test(element.id) ? element.id.slice(2) : null);
}

/** The parts of a text that can be commented on, in their order. */
export function partsOf(prose: Element): Part[] {
  const elements = prose.querySelectorAll<HTMLElement>(":scope > :not(hr), :scope > .code-box > pre");
  return [...elements].flatMap((element) => {
    const id = blockOf(element);
    return id === null ? [] : [{ id, element }];
  });
}

/** The address of the form with the block it is about. */
export function commentAt(url: string, block: string): string {
  return `${url}?${new URLSearchParams({ block })}`;
}

/** Which part is next to be spoken of: `step` away, within the text. */
export function stepped(count: number, at: number, step: number): number {
  return Math.max(0, Math.min(count - 1, at + step));
}

export class Margin {
  #article: HTMLElement;
  #prose: HTMLElement;
  #layer = document.createElement("div");
  #marks: HTMLElement[] = [];
  #here: HTMLAnchorElement | null = null;
  #at = 0;

  constructor(prose: HTMLElement, article: HTMLElement) {
    this.#prose = prose;
    this.#article = article;
    this.#layer.className = "talk-margin";
  }

  /** Puts in what came with the talk of the page; everything follows when the text changes its height. */
  fill(marks: Iterable<HTMLElement>, here: HTMLAnchorElement | null, signal: AbortSignal): void {
    this.#marks = [...marks];
    this.#here = here;
    this.#layer.append(...this.#marks, ...(here ? [here] : []));
    this.#article.append(this.#layer);
    const resizes = new ResizeObserver(() => this.#place());
    resizes.observe(this.#prose);
    signal.addEventListener("abort", () => {
      resizes.disconnect();
      this.#layer.remove();
    });
    if (here) this.#follow(here, signal);
  }

  #follow(here: HTMLAnchorElement, signal: AbortSignal): void {
    const near = (event: Event): void => {
      const { target } = event;
      const parts = partsOf(this.#prose);
      const index = parts.findIndex(({ element }) => target instanceof Node && element.contains(target));
      if (index !== -1) this.#goTo(index);
    };
    for (const name of ["pointerover", "pointerdown"]) this.#prose.addEventListener(name, near, { signal });
    here.addEventListener("focus", () => this.#goTo(this.#at), { signal });
    here.addEventListener(
      "keydown",
      (event) => {
        const step = STEPS[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const part = this.#goTo(stepped(partsOf(this.#prose).length, this.#at, step));
        part?.element.scrollIntoView({ block: "nearest" });
      },
      { signal },
    );
  }

  #goTo(index: number): Part | undefined {
    const part = partsOf(this.#prose)[index];
    if (!part || !this.#here) return undefined;
    this.#at = index;
    const url = this.#here.href.split("?")[0] ?? "";
    this.#here.href = commentAt(url, part.id);
    this.#here.setAttribute("aria-label", `${this.#here.dataset["said"]}: ${words(part.element)}`);
    this.#here.classList.add("is-near");
    this.#place();
    return part;
  }

  #place(): void {
    const top = this.#article.getBoundingClientRect().top;
    const taken = new Map<number, HTMLElement>();
    for (const mark of this.#marks) {
      const target = document.getElementById(mark.dataset["for"] ?? "");
      mark.hidden = target === null;
      if (!target) continue;
      const at = target.getBoundingClientRect().top - top;
      mark.style.insetBlockStart = `${at}px`;
      taken.set(Math.round(at), mark);
    }
    const part = partsOf(this.#prose)[this.#at];
    if (!part || !this.#here) return;
    const at = part.element.getBoundingClientRect().top - top;
    const mark = taken.get(Math.round(at));
    this.#here.style.insetBlockStart = `${at + (mark ? mark.offsetHeight : 0)}px`;
  }
}

function words(element: HTMLElement): string {
  const text = element.textContent.trim().replace(/\s+/g, " ");
  return text.length > WORDS ? `${text.slice(0, WORDS)}…` : text;
}
