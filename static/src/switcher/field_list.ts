/** A list box at a text that is being written. The text keeps the focus; keys and pointer choose from the list. */
import { Options, STEPS } from "./options.ts";

export interface Uses {
  /** The option that was chosen. The list is hidden by then. */
  readonly take: (option: HTMLElement) => void;
  /** Keys of this list alone: true for one that was its own. */
  readonly key?: (event: KeyboardEvent) => boolean;
  /** Somebody wants none of it (Esc). */
  readonly refused?: () => void;
  readonly hidden?: () => void;
}

export class FieldList {
  #field: HTMLTextAreaElement;
  #box: HTMLElement;
  #options: Options;
  #uses: Uses;

  constructor(field: HTMLTextAreaElement, box: HTMLElement, uses: Uses) {
    this.#field = field;
    this.#box = box;
    this.#options = new Options(field, box);
    this.#uses = uses;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", box.id);
  }

  get active(): HTMLElement | null {
    return this.#options.active;
  }

  listen(signal: AbortSignal): void {
    this.#field.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#field.addEventListener("blur", () => this.hide(), { signal });
    // A press leaves the focus where it is, and may still be taken back: it chooses where it ends.
    this.#box.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.#box.addEventListener("click", (event) => this.#clicked(event), { signal });
    signal.addEventListener("abort", () => this.hide());
  }

  show(options: Iterable<HTMLElement>): void {
    this.#options.show(options);
    this.#box.hidden = false;
  }

  hide(): void {
    this.#box.hidden = true;
    this.#options.show([]);
    this.#uses.hidden?.();
  }

  #key(event: KeyboardEvent): void {
    if (this.#box.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step) this.#options.move(step);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.#take(this.active);
    else if (event.key === "Escape") this.#refuse();
    else if (!this.#uses.key?.(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #clicked({ target }: MouseEvent): void {
    this.#take(target instanceof Element ? target.closest<HTMLElement>('[role="option"]') : null);
  }

  #take(option: HTMLElement | null): void {
    if (!option) return;
    this.hide();
    this.#uses.take(option);
  }

  #refuse(): void {
    this.hide();
    this.#uses.refused?.();
  }
}
