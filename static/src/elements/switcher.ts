/**
 * `<cairn-switcher data-book="...">` around the link to the quick switcher and the template of its dialog. Ctrl-K or Cmd-K opens
 * the dialog; where its script cannot be had, the link is followed.
 */

/** Ctrl-K or Cmd-K, unless something else has taken it: in the editor's text it makes a link. */
export function isCalled(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "defaultPrevented">,
): boolean {
  const isAlone = !event.altKey && !event.shiftKey && !event.defaultPrevented;
  return isAlone && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
}

export class SwitcherElement extends HTMLElement {
  #leaving = new AbortController();
  #dialog: HTMLDialogElement | null = null;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const key = (event: KeyboardEvent): void => {
      if (isCalled(event)) this.#open(event);
    };
    const click = (event: MouseEvent): void => {
      const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
      if (isPlain) this.#open(event);
    };
    addEventListener("keydown", key, { signal });
    this.#link?.addEventListener("click", click, { signal });
    // Where the screen is narrow there is one tool to find with; the switcher leads on to the search.
    document.querySelector<HTMLElement>(".top-find")?.addEventListener("click", click, { signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  get #link(): HTMLAnchorElement | null {
    return this.querySelector("a");
  }

  /** At once, so that nothing typed is lost; what it does comes after. */
  #open(event: Event): void {
    const link = this.#link;
    if (!link) return;
    event.preventDefault();
    if (this.#dialog) {
      if (!this.#dialog.open) {
        this.#dialog.showModal();
        this.#dialog.dispatchEvent(new Event("cairn:opened"));
      }
      this.#dialog.querySelector("input")?.select();
      return;
    }
    const template = this.querySelector("template");
    const dialog = template && document.importNode(template.content, true).querySelector("dialog");
    if (!dialog) return;
    this.#dialog = dialog;
    document.body.append(dialog);
    dialog.querySelector("button")?.addEventListener("click", () => dialog.close());
    dialog.showModal();
    dialog.querySelector("input")?.focus();
    import("../switcher/dialog.ts").then(
      ({ wireDialog }) => wireDialog(dialog, { url: link.href, book: this.dataset["book"] ?? "" }),
      () => location.assign(link.href),
    );
  }
}
