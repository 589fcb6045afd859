/** Files chosen, pasted or dropped into the text: each is sent, shown with its progress, and written where the caret is. */
import { insertAfter } from "./commands.ts";
import { current, put } from "./text_field.ts";
import { refusal, send, type UploadTarget } from "./upload.ts";

export interface Said {
  readonly sending: string;
  readonly tooLarge: string;
  readonly failed: string;
}

export class Uploads {
  #field: HTMLTextAreaElement;
  #list: Element;
  #target: UploadTarget;
  #said: Said;

  constructor(field: HTMLTextAreaElement, list: Element, target: UploadTarget, said: Said) {
    this.#field = field;
    this.#list = list;
    this.#target = target;
    this.#said = said;
  }

  listen(signal: AbortSignal): void {
    const field = this.#field;
    field.addEventListener("paste", (event) => this.#take(event, event.clipboardData, signal), { signal });
    field.addEventListener("drop", (event) => this.#take(event, event.dataTransfer, signal), { signal });
    for (const name of ["dragover", "dragleave", "drop"]) {
      field.addEventListener(name, () => field.classList.toggle("dropping", name === "dragover"), { signal });
    }
  }

  choose(signal: AbortSignal): void {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.addEventListener("change", () => void this.#sendAll([...(input.files ?? [])], signal));
    input.click();
  }

  #take(event: Event, data: DataTransfer | null, signal: AbortSignal): void {
    const files = [...(data?.files ?? [])];
    // Office programs offer a picture of the text beside the text itself: the text is meant.
    if (files.length === 0 || data?.types.includes("text/plain")) return;
    event.preventDefault();
    void this.#sendAll(files, signal);
  }

  async #sendAll(files: readonly File[], signal: AbortSignal): Promise<void> {
    for (const file of files) await this.#sendOne(file, signal);
  }

  async #sendOne(file: File, signal: AbortSignal): Promise<void> {
    const row = document.createElement("li");
    this.#list.append(row);
    if (refusal(file, this.#target.maxBytes)) return fail(row, `${file.name} ${this.#said.tooLarge}`);
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", `${this.#said.sending} ${file.name}`);
    row.append(`${this.#said.sending} ${file.name} `, bar);
    const result = await send(
      file,
      this.#target,
      (part) => {
        bar.value = part;
      },
      signal,
    );
    if (signal.aborted) return;
    if ("error" in result) return fail(row, result.error || `${file.name} ${this.#said.failed}`);
    row.remove();
    put(this.#field, insertAfter(current(this.#field), result.markdown));
  }
}

function fail(row: HTMLElement, message: string): void {
  row.className = "failed";
  row.textContent = message;
}
