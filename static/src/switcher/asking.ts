/** Asks the server while somebody types: not for every letter, and only the last question counts. */
import { type Fetch, loadFragment } from "../elements/fragment.ts";

export const PAUSE_MS = 60;

export interface Asked {
  /** The address of the answer to what was typed. */
  address: (typed: string) => string;
  get: Fetch;
  /** Calls back after so many milliseconds; what it returns takes that back. */
  later: (run: () => void, ms: number) => () => void;
  show: (html: string, typed: string) => void;
  /** No answer, or none of ours: what is shown stays. */
  lost: () => void;
}

export class Asking {
  #asked: Asked;
  #running = new AbortController();
  #takeBack: () => void = () => undefined;
  /** Whether an answer is still to come. */
  waits = false;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  ask(typed: string, pauseMs = PAUSE_MS): void {
    this.stop();
    this.waits = true;
    const running = new AbortController();
    this.#running = running;
    this.#takeBack = this.#asked.later(() => void this.#send(typed, running.signal), pauseMs);
  }

  stop(): void {
    this.#takeBack();
    this.#running.abort();
    this.waits = false;
  }

  async #send(typed: string, signal: AbortSignal): Promise<void> {
    const html = await loadFragment(this.#asked.address(typed), signal, this.#asked.get).catch(() => null);
    if (signal.aborted) return;
    this.waits = false;
    if (html === null) this.#asked.lost();
    else this.#asked.show(html, typed);
  }
}

export const timer = (run: () => void, ms: number): (() => void) => {
  const id = setTimeout(run, ms);
  return () => clearTimeout(id);
};
