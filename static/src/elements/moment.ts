/** `<cairn-time>` around a `<time>` shows it by the reader's own clock. Without it, it is the site's, with the name of its zone. */
const SPOKEN: Record<string, string> = { en: "en-GB" }; // 2 March 2026, as the site writes it

export function spoken(at: Date, language: string, zone: { named: boolean; in?: string }): string {
  const locale = SPOKEN[language] ?? language;
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: zone.in });
  const hour = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: zone.in,
    timeZoneName: zone.named ? "short" : undefined,
  });
  return `${day.format(at)}, ${hour.format(at)}`;
}

/** Once: what the site said is its title from then on. On what is signed and printed the zone stays named. */
export function showOwn(time: HTMLTimeElement): void {
  const at = new Date(time.dateTime);
  if (time.title || Number.isNaN(at.getTime())) return;
  time.title = time.textContent ?? "";
  time.textContent = spoken(at, document.documentElement.lang, {
    named: document.querySelector("main.record") !== null,
  });
}

export class MomentElement extends HTMLElement {
  connectedCallback(): void {
    const time = this.querySelector("time");
    if (time) showOwn(time);
  }
}
