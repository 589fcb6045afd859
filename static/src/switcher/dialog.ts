/** What the open dialog of the quick switcher does. Loaded when it is opened for the first time. */
import { onDevice } from "../device/storage.ts";
import { Asking, timer } from "./asking.ts";
import { Options, optionsOf, STEPS } from "./options.ts";
import { type Visit, visits } from "./recent.ts";

const BY_HAND_MS = 0;

export interface Switcher {
  /** Its page, which the list lies below. */
  readonly url: string;
  readonly book: string;
}

export function wireDialog(dialog: HTMLDialogElement, { url, book }: Switcher): void {
  const field = dialog.querySelector<HTMLInputElement>('[role="combobox"]');
  const box = dialog.querySelector<HTMLElement>('[role="listbox"]');
  const status = dialog.querySelector<HTMLElement>('[role="status"]');
  const mark = dialog.querySelector("template")?.content.firstElementChild;
  if (!field || !box || !status || !mark) return;
  const options = new Options(field, box);
  let shown: string | null = null;
  let onceThere: ((option: HTMLElement) => void) | null = null;

  const say = (text: string, isLost = false): void => {
    status.textContent = text;
    status.toggleAttribute("data-lost", isLost);
  };
  const show = (found: readonly HTMLElement[], typed: string): void => {
    options.show(found, typed === shown);
    shown = typed;
    field.setAttribute("aria-expanded", String(found.length > 0));
  };
  const recent = (): HTMLElement[] =>
    visits(onDevice(), book)
      .filter((visit) => visit.url !== location.pathname)
      .slice(0, 8)
      .map((visit) => visitRow(mark, visit));
  const settle = (): void => {
    const act = onceThere;
    onceThere = null;
    if (act && options.active) act(options.active);
  };
  const asking = new Asking({
    address: (typed) => `${url}list/?q=${encodeURIComponent(typed)}`,
    get: fetch.bind(window),
    later: timer,
    show: (html, typed) => {
      const found = optionsOf(html);
      show(typed.trim() ? found.options : withoutTwins([...recent(), ...found.options]), typed);
      say(typed.trim() ? found.said : "");
      settle();
    },
    lost: () => {
      say(dialog.dataset["lost"] ?? "", true);
      onceThere = null;
    },
  });
  const ask = (pauseMs?: number): void => {
    onceThere = null;
    asking.ask(field.value, pauseMs);
  };
  /** What was typed is not answered yet: then what comes is meant, not what stands there. */
  const choose = (act: (option: HTMLElement) => void): void => {
    onceThere = act;
    if (!asking.waits) settle();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const step = STEPS[event.key];
    if (step) options.move(step);
    else if (event.key === "Enter") choose(event.ctrlKey || event.metaKey ? inNewTab : follow);
    else return;
    event.preventDefault();
  };
  field.addEventListener("keydown", key);
  field.addEventListener("input", () => ask());
  const opened = (): void => {
    if (!field.value) show(recent(), "");
    ask(BY_HAND_MS);
  };
  dialog.addEventListener("cairn:opened", opened);
  dialog.addEventListener("close", () => asking.stop());
  box.addEventListener("click", (event) => {
    // A page that was chosen with a key for a new tab leaves the dialog as it is.
    if (!(event.ctrlKey || event.metaKey || event.shiftKey)) dialog.close();
  });
  opened();
}

function follow(option: HTMLElement): void {
  option.click();
}

function inNewTab(option: HTMLElement): void {
  if (option instanceof HTMLAnchorElement) window.open(option.href, "_blank", "noopener");
}

/** A row like those of the server's list. */
function visitRow(mark: Element, { url, title }: Visit): HTMLElement {
  const link = document.createElement("a");
  link.href = url;
  link.className = "jump-row";
  link.tabIndex = -1;
  link.setAttribute("role", "option");
  const name = document.createElement("span");
  name.className = "jump-title";
  name.textContent = title;
  link.append(mark.cloneNode(true), name);
  return link;
}

/** The first of those that lead to one place. */
function withoutTwins(rows: readonly HTMLElement[]): HTMLElement[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const to = row.getAttribute("href") ?? "";
    return !seen.has(to) && seen.add(to);
  });
}
