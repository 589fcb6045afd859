/**
 * `<cairn-member data-person="..." [data-manages] [data-writes] [data-confirmed] [data-talk="..."]>` in the bar of whoever belongs to
 * the handbook: it marks what is theirs, and brings the talk of the page they read to its foot and its margin. Styles go by
 * the rest. Visitors have none and fetch nothing.
 */
import { Margin } from "../talk/margin.ts";
import { knowReader } from "../talk/own.ts";
import { FragmentElement } from "./fragment.ts";

export class MemberElement extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { person = "", manages, talk } = this.dataset;
    knowReader(document, person, manages !== undefined);
    const place = document.getElementById("talk-part");
    if (talk && place instanceof FragmentElement) void this.#bringTalk(place, talk);
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  async #bringTalk(place: FragmentElement, url: string): Promise<void> {
    const { signal } = this.#leaving;
    await place.reload(url);
    const article = place.closest("article");
    const prose = article?.querySelector<HTMLElement>(".prose");
    if (!article || !prose || signal.aborted) return;
    const marks = place.querySelectorAll<HTMLElement>(".talk-mark");
    new Margin(prose, article).fill(marks, place.querySelector("a.talk-here"), signal);
  }
}
