/** `<cairn-mention src="...">` around a text field: `@` offers the members' names. Without it a name is typed out. */
import { put } from "../editor/text_field.ts";
import { Options, STEPS } from "../switcher/options.ts";
import { beingTyped, completed, fitting } from "../talk/mentioning.ts";
import { loadFragment } from "./fragment.ts";

let lists = 0;

export class MentionElement extends HTMLElement {
  #leaving = new AbortController();
  #names: Promise<readonly string[]> | null = null;
  #list = document.createElement("ul");
  #options: Options | null = null;

  connectedCallback(): void {
    const field = this.querySelector("textarea");
    if (!field) return;
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.#list.id ||= `mention-${++lists}`;
    this.#list.className = "mention-list";
    this.#list.setAttribute("role", "listbox");
    this.#list.hidden = true;
    this.#options = new Options(field, this.#list);
    field.after(this.#list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.#list.id);
    field.addEventListener("input", () => void this.#offer(field), { signal });
    field.addEventListener("keydown", (event) => this.#key(event, field), { signal });
    field.addEventListener("blur", () => this.#close(), { signal });
    this.#list.addEventListener("pointerdown", (event) => this.#pick(event, field), { signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  async #offer(field: HTMLTextAreaElement): Promise<void> {
    const typed = beingTyped(field.value, field.selectionEnd);
    if (typed === null) return this.#close();
    this.#names ??= this.#load();
    const names = await this.#names;
    if (typed !== beingTyped(field.value, field.selectionEnd)) return;
    const found = fitting(names, typed);
    if (found.length === 0 || (found.length === 1 && found[0] === typed)) return this.#close();
    this.#options?.show(found.map(optionOf));
    this.#list.hidden = false;
  }

  async #load(): Promise<readonly string[]> {
    const html = await loadFragment(
      this.getAttribute("src") ?? "",
      this.#leaving.signal,
      fetch.bind(window),
    ).catch(() => null);
    if (html === null) this.#names = null; // asked for again with the next letter
    const shown = new DOMParser().parseFromString(html ?? "", "text/html");
    this.#list.setAttribute("aria-label", shown.querySelector("ul")?.getAttribute("aria-label") ?? "");
    return [...shown.querySelectorAll("li")].map((item) => item.textContent);
  }

  #key(event: KeyboardEvent, field: HTMLTextAreaElement): void {
    if (this.#list.hidden || event.isComposing) return;
    const step = STEPS[event.key];
    if (step !== undefined) this.#options?.move(step);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#options?.active, field);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
  }

  #pick(event: PointerEvent, field: HTMLTextAreaElement): void {
    event.preventDefault(); // the field keeps the focus
    this.#take(event.target instanceof Element ? event.target.closest("li") : null, field);
  }

  #take(option: Element | null | undefined, field: HTMLTextAreaElement): void {
    const typed = beingTyped(field.value, field.selectionEnd);
    if (option && typed !== null) {
      put(field, completed(field.value, field.selectionEnd, typed, option.textContent));
    }
    this.#close();
  }

  #close(): void {
    this.#list.hidden = true;
    this.#options?.show([]);
  }
}

function optionOf(name: string): HTMLLIElement {
  const option = document.createElement("li");
  option.setAttribute("role", "option");
  option.textContent = name;
  return option;
}
