/** The offer of text that was typed here and never saved. */
import type { Left } from "./drafts.ts";

export interface Choice {
  readonly take: (left: Left) => void;
  /** What was taken or thrown away is not offered again. */
  readonly forget: (left: Left) => void;
}

/** Offers the newest of what was left; the next one when it was thrown away. */
export function offer(box: HTMLElement, lefts: readonly Left[], to: Choice, signal: AbortSignal): void {
  const [newest, ...older] = lefts;
  if (!newest) return;
  box.hidden = false;
  const choose = (event: Event): void => {
    const choice = event.target instanceof HTMLElement ? event.target.dataset["draft"] : undefined;
    if (!choice) return;
    box.removeEventListener("click", choose);
    box.hidden = true;
    if (choice === "take") to.take(newest);
    to.forget(newest);
    if (choice === "drop") offer(box, older, to, signal);
  };
  box.addEventListener("click", choose, { signal });
}
