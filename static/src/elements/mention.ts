/** `<cairn-mention src="...">` around a text field: `@` offers the members' names. Without it a name is typed out. */
import { put } from "../editor/text_field.ts";
import { FieldList } from "../switcher/field_list.ts";
import { beingTyped, completed, fitting } from "../talk/mentioning.ts";
import { loadFragment } from "./fragment.ts";
import { parsed } from "./parsed.ts";

let lists = 0;

export class MentionElement extends HTMLElement {
  #leaving = new AbortController();
  #names: Promise<readonly string[]> | null = null;
  #box = document.createElement("ul");

  connectedCallback(): void {
    const field = this.querySelector("textarea");
    if (!field) return;
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.#box.id ||= `mention-${++lists}`;
    this.#box.className = "mention-list";
    this.#box.setAttribute("role", "listbox");
    this.#box.hidden = true;
    field.after(this.#box);
    const list = new FieldList(field, this.#box, { take: (option) => take(field, option.textContent) });
    field.addEventListener("input", () => void this.#offer(field, list), { signal });
    list.listen(signal);
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  async #offer(field: HTMLTextAreaElement, list: FieldList): Promise<void> {
    const typed = beingTyped(field.value, field.selectionEnd);
    if (typed === null) return list.hide();
    this.#names ??= this.#load();
    const names = await this.#names;
    if (typed !== beingTyped(field.value, field.selectionEnd)) return;
    const found = fitting(names, typed);
    if (found.length === 0 || (found.length === 1 && found[0] === typed)) return list.hide();
    list.show(found.map(optionOf));
  }

  async #load(): Promise<readonly string[]> {
    const html = await loadFragment(
      this.getAttribute("src") ?? "",
      this.#leaving.signal,
      fetch.bind(window),
    ).catch(() => null);
    if (html === null) this.#names = null; // asked for again with the next letter
    const shown = parsed(html ?? "");
    this.#box.setAttribute("aria-label", shown.querySelector("ul")?.getAttribute("aria-label") ?? "");
    return [...shown.querySelectorAll("li")].map((item) => item.textContent);
  }
}

function take(field: HTMLTextAreaElement, name: string): void {
  const typed = beingTyped(field.value, field.selectionEnd);
  if (typed !== null) put(field, completed(field.value, field.selectionEnd, typed, name));
}

function optionOf(name: string): HTMLLIElement {
  const option = document.createElement("li");
  option.setAttribute("role", "option");
  option.textContent = name;
  return option;
}
