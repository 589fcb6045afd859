/** The list of pages at the caret while `[[` is being written. */
import { Asking, timer } from "../switcher/asking.ts";
import { Options, parsed, STEPS } from "../switcher/options.ts";
import { caretPlace } from "./caret.ts";
import { linkBegun, linkWritten, pageAlone } from "./linking.ts";
import { current, put } from "./text_field.ts";

export class LinkList {
  #field: HTMLTextAreaElement;
  #box: HTMLElement;
  #said: HTMLElement;
  #options: Options;
  #asking: Asking;
  /** Where the link begins that somebody closed the list of. */
  #closedAt = -1;

  constructor(field: HTMLTextAreaElement, box: HTMLElement, said: HTMLElement, url: string) {
    this.#field = field;
    this.#box = box;
    this.#said = said;
    this.#options = new Options(field, box);
    this.#asking = new Asking({
      address: (typed) => `${url}?q=${encodeURIComponent(typed)}`,
      get: fetch.bind(window),
      later: timer,
      show: (html) => this.#show(html),
      lost: () => this.#hide(),
    });
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", box.id);
  }

  listen(signal: AbortSignal): void {
    const field = this.#field;
    field.addEventListener("input", () => this.#follow(), { signal });
    field.addEventListener("keydown", (event) => this.#key(event), { signal });
    field.addEventListener("keyup", (event) => this.#moved(event), { signal });
    field.addEventListener("blur", () => this.#hide(), { signal });
    field.addEventListener("click", () => this.#follow(), { signal });
    // The text keeps the focus.
    this.#box.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.#box.addEventListener("click", (event) => this.#clicked(event), { signal });
    signal.addEventListener("abort", () => this.#hide());
  }

  #follow(): void {
    const begun = linkBegun(current(this.#field));
    if (!begun) this.#closedAt = -1;
    if (begun && begun.from !== this.#closedAt) this.#asking.ask(begun.typed);
    else this.#hide();
  }

  #moved(event: KeyboardEvent): void {
    if (/^(?:Arrow(?:Left|Right)|Home|End)$/.test(event.key)) this.#follow();
  }

  #key(event: KeyboardEvent): void {
    if (this.#box.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step) this.#options.move(step);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.#write();
    else if (event.key === "Escape") this.#close();
    else if (event.key === "#" && this.#isPage()) this.#write(this.#options.active, pageAlone);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #clicked(event: MouseEvent): void {
    const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-text]") : null;
    this.#write(option);
  }

  /** Of a page that was begun with a word, `#` goes on to its headings. */
  #isPage(): boolean {
    const typed = linkBegun(current(this.#field))?.typed ?? "";
    return typed.trim() !== "" && !typed.includes("#");
  }

  #write(option: HTMLElement | null = this.#options.active, shape = (link: string) => link): void {
    const edit = current(this.#field);
    const begun = linkBegun(edit);
    const link = option?.dataset["text"];
    this.#hide();
    if (begun && link) put(this.#field, linkWritten(edit, begun.from, shape(link)));
  }

  #close(): void {
    this.#closedAt = linkBegun(current(this.#field))?.from ?? -1;
    this.#hide();
  }

  #show(html: string): void {
    const { options, said } = parsed(html);
    const begun = linkBegun(current(this.#field));
    if (begun && options.length > 0) {
      this.#options.show(options);
      this.#place(begun.from);
      this.#said.textContent = said;
    } else this.#hide();
  }

  #place(at: number): void {
    const { left, bottom } = caretPlace(this.#field, at);
    this.#box.hidden = false;
    const most = this.#field.offsetLeft + this.#field.offsetWidth - this.#box.offsetWidth;
    this.#box.style.left = `${Math.max(this.#field.offsetLeft, Math.min(this.#field.offsetLeft + left, most))}px`;
    this.#box.style.top = `${this.#field.offsetTop + Math.min(bottom, this.#field.offsetHeight) + 4}px`;
  }

  #hide(): void {
    this.#asking.stop();
    this.#box.hidden = true;
    this.#options.show([]);
    this.#said.textContent = "";
  }
}
