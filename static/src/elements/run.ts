import { operationId } from "../device/operation_id.ts";
import { type Fetch, loadFragment } from "./fragment.ts";
import { showOwn } from "./moment.ts";
import { parsed } from "./parsed.ts";

/**
 * `<cairn-run data-said-failed="...">` around the form of a checklist: a tick is shown at once and sent without leaving the
 * page, one after the other. What the server answers takes the item's place; where it was not saved, the item is as it was
 * and says why, and the next press tries again. What others did meanwhile is shown after each tick, and to who comes back
 * to the page. Without it the form sends itself.
 */
const TICKS = /^(tick|untick|skip) /;
const SHOWN: Record<string, string> = { tick: "done", untick: "open", skip: "skipped" };

export type Outcome = { html: string } | { refused: string } | "failed";

/** What became of one tick. An answer that is not ours (a captive portal, a sign-in page) is a failure. */
export async function sendTick(url: string, body: FormData, get: Fetch): Promise<Outcome> {
  try {
    const answer = await get(url, { method: "POST", body, credentials: "same-origin" });
    const type = answer.headers.get("Content-Type") ?? "";
    const text = await answer.text();
    if (answer.status === 422 && type.startsWith("text/plain")) return { refused: text };
    if (answer.status !== 200 || answer.redirected || !text.includes('id="run-progress"')) return "failed";
    return { html: text };
  } catch {
    return "failed";
  }
}

export class RunElement extends HTMLElement {
  #leaving = new AbortController();
  #last: Promise<void> = Promise.resolve();
  #sending = 0;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.addEventListener("submit", this.#submit, { signal });
    document.addEventListener("visibilitychange", this.#look, { signal });
    addEventListener("pageshow", (event) => event.persisted && this.#look(), { signal });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #submit = (event: SubmitEvent): void => {
    const { submitter, target } = event;
    const row = submitter?.closest<HTMLElement>(".run-item");
    if (!(submitter instanceof HTMLButtonElement) || !(target instanceof HTMLFormElement) || !row) return;
    if (!TICKS.test(submitter.value)) return;
    event.preventDefault();
    if (row.ariaBusy === "true") return;
    const body = new FormData(target, submitter);
    body.set("operation_id", operationId());
    body.set("part", "1");
    const undo = show(row, SHOWN[submitter.value.split(" ")[0] ?? ""] ?? "open");
    this.#sending += 1;
    this.#last = this.#last.then(async () => {
      this.#settle(row, undo, await sendTick(target.action, body, fetch.bind(window)));
      this.#sending -= 1;
      this.#look();
    });
  };

  #look = (): void => {
    if (document.visibilityState === "visible" && !this.#sending) void this.#lookAround();
  };

  /** Ticks that are sent while it is asked bring a look of their own. */
  async #lookAround(): Promise<void> {
    const { signal } = this.#leaving;
    const html = await loadFragment(location.href, signal, fetch.bind(window)).catch(() => null);
    if (html === null || this.#sending) return;
    const came = parsed(html);
    for (const row of this.querySelectorAll<HTMLElement>(".run-item")) {
      if (!row.querySelector(".run-failed:not([hidden])")) renew(row, came);
    }
    this.#showProgress(came);
  }

  #settle(row: HTMLElement, undo: () => void, outcome: Outcome): void {
    if (outcome !== "failed" && "html" in outcome) {
      const came = parsed(outcome.html);
      this.#showProgress(came);
      renew(row, came);
      return;
    }
    undo();
    const said = row.querySelector<HTMLElement>(".run-failed");
    if (!said) return;
    said.textContent = outcome === "failed" ? (this.dataset.saidFailed ?? "") : outcome.refused;
    said.hidden = false;
  }

  #showProgress(came: Document): void {
    const [progress, own] = [came, document].map((where) => where.getElementById("run-progress"));
    if (progress && own && !progress.isEqualNode(own)) own.replaceChildren(...progress.childNodes);
  }
}

/** An item as it came, where it differs; the focus stays where it is. */
function renew(row: HTMLElement, came: Document): void {
  const fresh = came.getElementById(row.id);
  for (const time of fresh?.querySelectorAll<HTMLTimeElement>("cairn-time > time") ?? []) showOwn(time);
  if (!fresh || fresh.isEqualNode(row)) return;
  const hadFocus = row.contains(document.activeElement);
  row.replaceWith(fresh);
  if (hadFocus) fresh.querySelector<HTMLElement>(".tick")?.focus();
}

/** Shows an item in a state before the server has said so; the answer takes it back. */
function show(row: HTMLElement, state: string): () => void {
  const box = row.querySelector<HTMLElement>(".tick");
  const said = row.querySelector<HTMLElement>(".run-failed");
  const before = { state: row.dataset.state ?? "open", checked: box?.ariaChecked ?? "false" };
  const set = (to: { state: string; checked: string }, busy: boolean): void => {
    row.dataset.state = to.state;
    if (box) {
      box.dataset.state = to.state;
      box.ariaChecked = to.checked;
    }
    row.ariaBusy = busy ? "true" : null;
  };
  if (said) said.hidden = true;
  set({ state, checked: state === "done" ? "true" : state === "open" ? "false" : "mixed" }, true);
  return () => set(before, false);
}
