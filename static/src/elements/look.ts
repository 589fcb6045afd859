/**
 * `<cairn-look>` shows how a handbook stands in the top bar while its form is filled in: the title that is typed, the colour and the
 * icon that are chosen. Without it the page shows them as they were when it was sent.
 */
export class LookElement extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const form = this.closest("form") ?? document.querySelector<HTMLFormElement>("form.form");
    form?.addEventListener("input", () => this.#show(form), { signal: this.#leaving.signal });
    if (form) this.#show(form); // a browser that goes back keeps what was chosen
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #show(form: HTMLFormElement): void {
    const given = new FormData(form);
    const color = given.get("color");
    if (typeof color === "string" && color) this.dataset.color = color;
    const title = this.querySelector("[data-title]");
    if (title) title.textContent = String(given.get("title") ?? "").trim() || (this.dataset.untitled ?? "");
    const chosen = form.querySelector("input[name=icon]:checked + .face svg");
    if (chosen) this.querySelector(".tile")?.replaceChildren(chosen.cloneNode(true));
  }
}
