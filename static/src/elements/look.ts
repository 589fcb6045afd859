/**
 * `<cairn-look>` shows how a handbook stands in the top bar while its form is filled in: the title that is typed, the colour and the
 * icon that are chosen. Without it the page shows them as they were when it was sent.
 */
export interface Look {
  title: string;
  /** null: none is chosen. */
  color: string | null;
}

export function chosen(given: FormData, untitled: string): Look {
  return {
    title: String(given.get("title") ?? "").trim() || untitled,
    color: String(given.get("color") ?? "") || null,
  };
}

export class LookElement extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const form = this.closest("form");
    form?.addEventListener("input", () => this.#show(form), { signal: this.#leaving.signal });
    if (form) this.#show(form); // a browser that goes back keeps what was chosen
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #show(form: HTMLFormElement): void {
    const look = chosen(new FormData(form), this.dataset.untitled ?? "");
    if (look.color) this.dataset.color = look.color;
    const title = this.querySelector("[data-title]");
    if (title) title.textContent = look.title;
    const drawing = form.querySelector("input[name=icon]:checked + .face svg");
    if (drawing) this.querySelector(".tile")?.replaceChildren(drawing.cloneNode(true));
  }
}
