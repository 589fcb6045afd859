/** `<cairn-contents>`: marks the entry of the heading being read. Plain anchors without it. */

/** Index of the last heading at or above the reading line; the first one before any is reached; -1 without headings. */
export function currentHeading(tops: readonly number[], line: number): number {
  if (tops.length === 0) return -1;
  return Math.max(
    0,
    tops.findLastIndex((top) => top <= line),
  );
}

const READING_LINE = 0.25;

export class ContentsElement extends HTMLElement {
  #leaving = new AbortController();
  #waiting = 0;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const options = { passive: true, signal: this.#leaving.signal };
    addEventListener("scroll", this.#later, options);
    addEventListener("resize", this.#later, options);
    this.#later();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    cancelAnimationFrame(this.#waiting);
    this.#waiting = 0;
  }

  #later = (): void => {
    this.#waiting ||= requestAnimationFrame(this.#mark);
  };

  #mark = (): void => {
    this.#waiting = 0;
    const links = [...this.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')];
    const tops = links.map(
      (link) =>
        document.getElementById(decodeURIComponent(link.hash.slice(1)))?.getBoundingClientRect().top ??
        Infinity,
    );
    const current = currentHeading(tops, innerHeight * READING_LINE);
    for (const [index, link] of links.entries()) {
      if (index === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
}
