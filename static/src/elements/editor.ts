/** `<cairn-editor>` around the edit form: toolbar, keys, uploads and the draft on the device. The form works without it. */
import { operationId } from "../device/operation_id.ts";
import { onDevice } from "../device/storage.ts";
import { COMMANDS, type Edit } from "../editor/commands.ts";
import { continueList, markOnce } from "../editor/continue_list.ts";
import { draftsOf, keepDraft, type Left, leftDrafts } from "../editor/drafts.ts";
import { LinkList } from "../editor/link_list.ts";
import { offer } from "../editor/offer.ts";
import { byteLength, current, put } from "../editor/text_field.ts";
import { wireToolbar } from "../editor/toolbar.ts";
import { Uploads } from "../editor/uploads.ts";

const WRITES: Readonly<Record<string, (edit: Edit) => Edit | null>> = { Enter: continueList, " ": markOnce };
const KEYS: Readonly<Record<string, string>> = { b: "bold", i: "italic", k: "link" };

export class EditorElement extends HTMLElement {
  #leaving = new AbortController();
  #dirty = false;

  connectedCallback(): void {
    const form = this.querySelector("form");
    const title = form?.querySelector<HTMLInputElement>('[name="title"]');
    const field = form?.querySelector<HTMLTextAreaElement>('[name="source"]');
    if (!form || !title || !field) return;
    this.#leaving = new AbortController();
    for (const hidden of this.querySelectorAll<HTMLElement>(".preview")) hidden.hidden = false;
    this.#wireWriting(field);
    this.#wireLimit(form, field);
    this.#wireSaving(form, title, field);
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #wireWriting(field: HTMLTextAreaElement): void {
    const { signal } = this.#leaving;
    const uploads = this.#uploads(field);
    uploads?.listen(signal);
    const run = (name: string): void => {
      const command = COMMANDS[name];
      if (command) put(field, command(current(field)));
      else if (name === "image") uploads?.choose(signal);
    };
    const bar = this.querySelector<HTMLElement>(".toolbar");
    if (bar) wireToolbar(bar, run, signal);
    this.#wireLinks(field);
    field.addEventListener("keydown", (event) => this.#key(event, field, run), { signal });
  }

  /** Before other keys of the field: while the list is open, Enter is its own. */
  #wireLinks(field: HTMLTextAreaElement): void {
    const box = this.querySelector<HTMLElement>("#edit-links");
    const said = this.querySelector<HTMLElement>("#edit-links-said");
    const url = this.dataset["complete"];
    if (box && said && url) new LinkList(field, box, said, url).listen(this.#leaving.signal);
  }

  #key(event: KeyboardEvent, field: HTMLTextAreaElement, run: (name: string) => void): void {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const name = event.ctrlKey || event.metaKey ? KEYS[event.key.toLowerCase()] : undefined;
    const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey;
    const next = plain ? (WRITES[event.key]?.(current(field)) ?? null) : null;
    if (!name && !next) return;
    event.preventDefault();
    if (name) run(name);
    if (next) put(field, next);
  }

  #uploads(field: HTMLTextAreaElement): Uploads | null {
    const list = this.querySelector(".uploads");
    const token = this.querySelector<HTMLInputElement>('[name="csrfmiddlewaretoken"]')?.value ?? "";
    const { upload, maxBytes, saidSending = "", saidTooLarge = "", saidFailed = "" } = this.dataset;
    if (!list || !upload) return null;
    const said = { sending: saidSending, tooLarge: saidTooLarge, failed: saidFailed };
    return new Uploads(field, list, { url: upload, token, maxBytes: Number(maxBytes) }, said);
  }

  /** A text above the limit is neither saved nor previewed: the page of the answer would hold all of it again. */
  #wireLimit(form: HTMLFormElement, field: HTMLTextAreaElement): void {
    const { signal } = this.#leaving;
    const { maxTextBytes, saidTooLong = "" } = this.dataset;
    const said = this.querySelector<HTMLElement>(".too-long");
    if (!said) return;
    const check = (event: Event): void => {
      const isOver = byteLength(field.value) > Number(maxTextBytes);
      // Said once while it is typed in, and again whenever it was to be saved.
      if (isOver === said.hidden || event.type === "submit") said.textContent = saidTooLong;
      said.hidden = !isOver;
      if (!isOver) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    form.addEventListener("submit", check, { signal });
    this.addEventListener("htmx:config:request", check, { signal });
  }

  #wireSaving(form: HTMLFormElement, title: HTMLInputElement, field: HTMLTextAreaElement): void {
    const { signal } = this.#leaving;
    const { person = "", document: id = "new", base = "" } = this.dataset;
    const store = onDevice();
    const drafts = draftsOf(person, id);
    const key = drafts + operationId();
    const left = leftDrafts(store, drafts, { title: title.defaultValue, source: field.defaultValue });
    const unkept = this.querySelector<HTMLElement>(".unkept");
    const keep = (): void => {
      this.#dirty = true;
      const draft = { base, title: title.value, source: field.value, at: Date.now() };
      const isKept = keepDraft(store, key, draft);
      if (unkept) unkept.hidden = isKept;
    };
    const saved = (): void => {
      this.#dirty = false;
      this.dispatchEvent(new CustomEvent("cairn:saving", { bubbles: true, detail: key }));
    };
    const take = ({ draft }: Left): void => {
      title.value = draft.title;
      put(field, { text: draft.source, start: draft.source.length, end: draft.source.length });
      keep();
    };
    form.addEventListener("input", keep, { signal });
    form.addEventListener("submit", saved, { signal });
    this.#guard(form);
    const box = this.querySelector<HTMLElement>(".unsent");
    if (box) offer(box, left, { take, forget: (it) => store.removeItem(it.key) }, signal);
    // Somebody may have been quicker than this script.
    if (title.value !== title.defaultValue || field.value !== field.defaultValue) keep();
  }

  /** A word before leaving with unsaved text; Ctrl-S saves. */
  #guard(form: HTMLFormElement): void {
    const { signal } = this.#leaving;
    const warn = (event: Event): void => {
      if (this.#dirty) event.preventDefault();
    };
    addEventListener("beforeunload", warn, { signal });
    const save = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      form.requestSubmit(form.querySelector<HTMLButtonElement>(".savers button.main"));
    };
    addEventListener("keydown", save, { signal });
  }
}
