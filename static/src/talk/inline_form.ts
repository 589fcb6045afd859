/** Forms of other pages, used where one is: what the server's answer to one means. */
export type Outcome =
  | { readonly kind: "done"; readonly page: Document }
  | { readonly kind: "refused"; readonly page: Document }
  | { readonly kind: "failed" };
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;
export type Parse = (html: string) => Document;

/** A page of our own, null for anything else. */
export async function pageAt(url: string, get: Fetch, parse: Parse): Promise<Document | null> {
  const answer = await get(url, { headers: { Accept: "text/html" } });
  return answer.ok && !answer.redirected && isHtml(answer) ? parse(await answer.text()) : null;
}

/** Done is what leads back to a page; with 422 the form comes back with the reason. Anything else has saved nothing. */
export async function send(url: string, body: URLSearchParams, get: Fetch, parse: Parse): Promise<Outcome> {
  const answer = await get(url, { method: "POST", body, headers: { Accept: "text/html" } });
  if (!isHtml(answer)) return { kind: "failed" };
  if (answer.ok && answer.redirected) return { kind: "done", page: parse(await answer.text()) };
  if (answer.status === 422) return { kind: "refused", page: parse(await answer.text()) };
  return { kind: "failed" };
}

function isHtml(answer: Response): boolean {
  return (answer.headers.get("Content-Type") ?? "").startsWith("text/html");
}

/** What the fields of a form would send; no button of these forms says anything. */
export function valuesOf(form: HTMLFormElement): URLSearchParams {
  const values = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") values.append(name, value);
  return values;
}
