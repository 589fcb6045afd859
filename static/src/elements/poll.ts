import { type Fetch, loadFragment } from "./fragment.ts";

/**
 * `<cairn-poll src="..." every="2">` shows the HTML of its address in place of its content, again every so many seconds, until
 * an element with `data-ends` comes. What could not be fetched is asked for again; what is the same is left as it is.
 */
export type Later = (run: () => void, ms: number) => void;

export interface Poll {
  url: string;
  everyMs: number;
  signal: AbortSignal;
  get: Fetch;
  later: Later;
  /** Shows what came; false where nothing more is to come. */
  show: (html: string) => boolean;
}

export function poll(options: Poll): void {
  const ask = async (): Promise<void> => {
    if (options.signal.aborted) return;
    const html = await loadFragment(options.url, options.signal, options.get).catch(() => null);
    if (html === null || options.show(html)) options.later(() => void ask(), options.everyMs);
  };
  options.later(() => void ask(), options.everyMs);
}

export class PollElement extends HTMLElement {
  #leaving = new AbortController();
  #shown = "";

  connectedCallback(): void {
    this.#leaving = new AbortController();
    if (this.#ended()) return;
    poll({
      url: this.getAttribute("src") ?? "",
      everyMs: 1000 * Number(this.getAttribute("every") ?? "2"),
      signal: this.#leaving.signal,
      get: fetch.bind(window),
      later: (run, ms) => setTimeout(run, ms),
      show: this.#show,
    });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #show = (html: string): boolean => {
    if (html !== this.#shown) this.innerHTML = html;
    this.#shown = html;
    return !this.#ended();
  };

  #ended(): boolean {
    return this.querySelector("[data-ends]") !== null;
  }
}
