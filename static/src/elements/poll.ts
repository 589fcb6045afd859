import { type Fetch, fragmentAt, htmlOf } from "./fragment.ts";

/**
 * `<cairn-poll src="..." every="2">` shows the HTML of its address in place of its content, again every so many seconds, until
 * an element with `data-ends` comes. What could not be fetched is asked for again, each time after twice the wait; who may
 * not see it any more, or signed out, asks no more. What is the same is left as it is.
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

const LONGEST_MS = 60_000;
const OVER = new Set([401, 403, 404, 410]);

export function poll({ url, everyMs, signal, get, later, show }: Poll): void {
  let lost = 0;
  const ask = async (): Promise<void> => {
    if (signal.aborted) return;
    const answer = await fragmentAt(url, signal, get).catch(() => null);
    // Our own redirect leads to signing in.
    if (answer?.redirected || OVER.has(answer?.status ?? 0)) return;
    const html = answer && (await htmlOf(answer).catch(() => null));
    if (html !== null && !show(html)) return;
    lost = html === null ? lost + 1 : 0;
    later(() => void ask(), Math.min(everyMs * 2 ** lost, LONGEST_MS));
  };
  later(() => void ask(), everyMs);
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
