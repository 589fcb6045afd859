/** The list of pages at the caret while `[[` is being written. */
import { Asking, timer } from "../switcher/asking.ts";
import { FieldList } from "../switcher/field_list.ts";
import { optionsOf } from "../switcher/options.ts";
import { caretPlace } from "./caret.ts";
import { linkBegun, linkWritten, pageAlone } from "./linking.ts";
import { current, put } from "./text_field.ts";

export class LinkList {
  #field: HTMLTextAreaElement;
  #box: HTMLElement;
  #said: HTMLElement;
  #list: FieldList;
  #asking: Asking;
  /** Where the link begins that somebody closed the list of. */
  #closedAt = -1;

  constructor(field: HTMLTextAreaElement, box: HTMLElement, said: HTMLElement, url: string) {
    this.#field = field;
    this.#box = box;
    this.#said = said;
    this.#list = new FieldList(field, box, {
      take: (option) => this.#write(option),
      key: (event) => this.#goOn(event),
      refused: () => {
        this.#closedAt = linkBegun(current(field))?.from ?? -1;
      },
      hidden: () => {
        this.#asking.stop();
        said.textContent = "";
      },
    });
    this.#asking = new Asking({
      address: (typed) => `${url}?q=${encodeURIComponent(typed)}`,
      get: fetch.bind(window),
      later: timer,
      show: (html) => this.#show(html),
      lost: () => this.#list.hide(),
    });
  }

  listen(signal: AbortSignal): void {
    const field = this.#field;
    field.addEventListener("input", () => this.#follow(), { signal });
    field.addEventListener("keyup", (event) => this.#moved(event), { signal });
    field.addEventListener("click", () => this.#follow(), { signal });
    this.#list.listen(signal);
  }

  #follow(): void {
    const begun = linkBegun(current(this.#field));
    if (!begun) this.#closedAt = -1;
    if (begun && begun.from !== this.#closedAt) this.#asking.ask(begun.typed);
    else this.#list.hide();
  }

  #moved(event: KeyboardEvent): void {
    if (/^(?:Arrow(?:Left|Right)|Home|End)$/.test(event.key)) this.#follow();
  }

  /** Of a page that was begun with a word, `#` goes on to its headings. */
  #goOn(event: KeyboardEvent): boolean {
    const typed = linkBegun(current(this.#field))?.typed ?? "";
    const option = this.#list.active;
    if (event.key !== "#" || !option || typed.trim() === "" || typed.includes("#")) return false;
    this.#list.hide();
    this.#write(option, pageAlone);
    return true;
  }

  #write(option: HTMLElement, shape = (link: string) => link): void {
    const edit = current(this.#field);
    const begun = linkBegun(edit);
    const link = option.dataset["text"];
    if (begun && link) put(this.#field, linkWritten(edit, begun.from, shape(link)));
  }

  #show(html: string): void {
    const { options, said } = optionsOf(html);
    const begun = linkBegun(current(this.#field));
    if (begun && options.length > 0) {
      this.#list.show(options);
      this.#place(begun.from);
      this.#said.textContent = said;
    } else this.#list.hide();
  }

  #place(at: number): void {
    const { left, bottom } = caretPlace(this.#field, at);
    const most = this.#field.offsetLeft + this.#field.offsetWidth - this.#box.offsetWidth;
    this.#box.style.left = `${Math.max(this.#field.offsetLeft, Math.min(this.#field.offsetLeft + left, most))}px`;
    this.#box.style.top = `${this.#field.offsetTop + Math.min(bottom, this.#field.offsetHeight) + 4}px`;
  }
}
