/**
 * `<cairn-fragment src="..." [when="open"]>` shows the HTML of its address in place of its content.
 * With `when="open"` it waits until the `<details>` around it is opened. What it holds before stays if the
 * answer is not an HTML page of our own (a captive portal, an error, no network), so the plain links keep working.
 */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export function fragmentAt(url: string, signal: AbortSignal, get: Fetch): Promise<Response> {
  return get(url, { signal, credentials: "same-origin", headers: { Accept: "text/html" } });
}

export async function loadFragment(url: string, signal: AbortSignal, get: Fetch): Promise<string | null> {
  return htmlOf(await fragmentAt(url, signal, get));
}

/** An HTML page of our own at the address that was asked; null for any other answer. */
export async function htmlOf(answer: Response): Promise<string | null> {
  const isHtml = (answer.headers.get("Content-Type") ?? "").startsWith("text/html");
  if (!answer.ok || answer.redirected || !isHtml) return null;
  return answer.text();
}

export class FragmentElement extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback(): void {
    if (!this.hasAttribute("src")) return;
    this.#leaving = new AbortController();
    const branch = this.getAttribute("when") === "open" ? this.closest("details") : null;
    if (branch && !branch.open) {
      branch.addEventListener("toggle", () => void this.#load(), {
        once: true,
        signal: this.#leaving.signal,
      });
    } else {
      void this.#load();
      addEventListener("pageshow", this.#again, { signal: this.#leaving.signal });
    }
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  /** Shows what is there now; at another address, if one is given. */
  async reload(url = this.getAttribute("src")): Promise<void> {
    this.setAttribute("src", url ?? "");
    await this.#load();
  }

  /** Going back shows the page as it was left; who is signed in may have changed since. */
  #again = (event: PageTransitionEvent): void => {
    if (event.persisted) void this.#load();
  };

  async #load(): Promise<void> {
    this.setAttribute("aria-busy", "true");
    try {
      const html = await loadFragment(
        this.getAttribute("src") ?? "",
        this.#leaving.signal,
        fetch.bind(window),
      );
      if (html !== null) this.innerHTML = html;
    } catch {
      // Offline or left: the plain links inside stay.
    } finally {
      this.removeAttribute("aria-busy");
    }
  }
}
