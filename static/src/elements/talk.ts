/**
 * `<cairn-talk>` around a talk: its links to forms (`data-inline`) open them in place, and what was said is shown without leaving.
 * `data-inline="now"` sends its form at once. Where a form cannot be had, the link leads to its page.
 */
import { type Outcome, pageAt, send, valuesOf } from "../talk/inline_form.ts";
import { markOwn } from "../talk/own.ts";
import { FragmentElement } from "./fragment.ts";
import { parsed } from "./parsed.ts";

const FORM = "form.remark";
const get = (url: string, init?: RequestInit): Promise<Response> => fetch(url, init);

export class TalkElement extends HTMLElement {
  #leaving = new AbortController();
  /** Addresses of forms that are on their way. */
  #coming = new Set<string>();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.addEventListener("click", (event) => this.#click(event), { signal });
    this.addEventListener("submit", (event) => this.#submit(event), { signal });
    markOwn(document);
    unfold(document.getElementById(location.hash.slice(1)));
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #click(event: MouseEvent): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link?.hasAttribute("data-cancel")) {
      const box = link.closest<HTMLElement>(".remark-box");
      event.preventDefault();
      if (box) this.#close(box);
    } else if (link?.dataset["inline"] !== undefined) {
      event.preventDefault();
      void this.#follow(link);
    }
  }

  /** A second press while the first is being answered is none. */
  async #follow(link: HTMLAnchorElement): Promise<void> {
    const { href } = link;
    if (this.#coming.has(href)) return;
    this.#coming.add(href);
    try {
      await (link.dataset["inline"] === "now" ? this.#doNow(link) : this.#open(link));
    } finally {
      this.#coming.delete(href);
    }
  }

  async #open(link: HTMLAnchorElement): Promise<void> {
    const there = this.querySelector<HTMLElement>(`.remark-box[data-from="${CSS.escape(link.href)}"]`);
    if (there) return there.querySelector("textarea")?.focus();
    const page = await pageAt(link.href, get, parsed).catch(() => null);
    const parts = page ? formParts(page) : [];
    if (parts.length === 0) {
      location.href = link.href;
      return;
    }
    const box = document.createElement("div");
    box.className = "remark-box";
    box.dataset["from"] = link.href;
    box.append(...parts);
    setApart(box);
    (link.closest(".actions") ?? link.closest(".comment") ?? link).after(box);
    focusField(box);
  }

  #close(box: HTMLElement): void {
    const { from } = box.dataset;
    box.remove();
    [...this.querySelectorAll<HTMLAnchorElement>("a[data-inline]")]
      .find(({ href }) => href === from)
      ?.focus();
  }

  async #doNow(link: HTMLAnchorElement): Promise<void> {
    const page = await pageAt(link.href, get, parsed).catch(() => null);
    const form = page?.querySelector<HTMLFormElement>(FORM);
    if (!form) {
      location.href = link.href;
      return;
    }
    const thread = link.closest(".thread")?.id ?? "";
    const outcome = await send(link.href, valuesOf(form), get, parsed).catch(failed);
    if (outcome.kind === "done") this.#show(outcome.page, thread);
    else location.href = link.href;
  }

  #submit(event: SubmitEvent): void {
    const form = event.target;
    const box = form instanceof HTMLFormElement ? form.closest<HTMLElement>(".remark-box") : null;
    if (!(form instanceof HTMLFormElement) || !box) return;
    event.preventDefault();
    if (box.getAttribute("aria-busy") !== "true") void this.#send(form, box);
  }

  async #send(form: HTMLFormElement, box: HTMLElement): Promise<void> {
    box.setAttribute("aria-busy", "true");
    const outcome = await send(form.action, valuesOf(form), get, parsed).catch(failed);
    box.removeAttribute("aria-busy");
    if (outcome.kind === "done") {
      const about = box.previousElementSibling?.id || (box.closest(".thread")?.id ?? "");
      box.remove();
      this.#show(outcome.page, about);
    } else if (outcome.kind === "refused") {
      box.replaceChildren(...formParts(outcome.page));
      setApart(box);
      focusField(box);
    } else {
      this.#sayFailed(box);
    }
  }

  /** Nothing was saved, and all that was typed stays where it is. */
  #sayFailed(box: HTMLElement): void {
    const said = box.querySelector(".failed") ?? document.createElement("p");
    said.className = "errors failed";
    said.setAttribute("role", "alert");
    said.textContent = this.dataset["saidFailed"] ?? "";
    box.querySelector(".actions")?.before(said);
  }

  /** The talk as it is now, but for forms in which something is being written; what is new gets the focus. */
  #show(page: Document, fallback: string): void {
    const place = this.querySelector("#talk");
    const fresh = page.querySelector("#talk");
    if (!place || !fresh) {
      location.reload();
      return;
    }
    const known = new Set([...place.querySelectorAll(".comment")].map(({ id }) => id));
    const writing = [...place.querySelectorAll<HTMLElement>(".remark-box")];
    place.replaceChildren(...fresh.childNodes);
    for (const box of writing) this.#putBack(box);
    markOwn(document);
    const added = [...place.querySelectorAll<HTMLElement>(".comment")].find(({ id }) => !known.has(id));
    const target = added ?? document.getElementById(fallback);
    unfold(target);
    target?.focus();
    const bar = document.querySelector("cairn-fragment.bar");
    if (bar instanceof FragmentElement) void bar.reload();
  }

  #putBack(box: HTMLElement): void {
    const { from } = box.dataset;
    const link = [...this.querySelectorAll<HTMLAnchorElement>("#talk a[data-inline]")].find(
      ({ href }) => href === from,
    );
    const beside = link?.closest(".actions") ?? link?.closest(".comment");
    if (beside) beside.after(box);
    else this.querySelector("#talk")?.before(box); // what it answered is gone: the words are not
  }
}

const failed = (): Outcome => ({ kind: "failed" });

/** What of a form's page is shown in place: what is wrong, the form, what else may be done. */
function formParts(page: Document): Element[] {
  return page.querySelector(FORM)
    ? [...page.querySelectorAll(`main .summary, main ${FORM}, main details.whole`)]
    : [];
}

let boxes = 0;

/** Ids of its own for each form: several may be open at once. */
function setApart(box: HTMLElement): void {
  const number = ++boxes;
  for (const element of box.querySelectorAll("*")) {
    element.removeAttribute("autofocus");
    for (const name of ["id", "for", "aria-describedby", "href"]) {
      const value = element.getAttribute(name);
      if (value?.includes("remark-"))
        element.setAttribute(name, value.replaceAll("remark-", `remark-${number}-`));
    }
  }
}

function focusField(box: HTMLElement): void {
  (box.querySelector("textarea") ?? box.querySelector("button"))?.focus();
}

/** Opens the folds around what is to be seen. */
function unfold(element: Element | null): void {
  for (let at = element?.closest("details"); at; at = at.parentElement?.closest("details")) at.open = true;
}
