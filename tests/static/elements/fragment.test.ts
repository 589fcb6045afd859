import "../browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

const { loadFragment } = await import("../../../static/src/elements/fragment.ts");
const signal = new AbortController().signal;
const HTML = { headers: { "Content-Type": "text/html; charset=utf-8" } };

function answering(answer: Response, redirected = false) {
  Object.defineProperty(answer, "redirected", { value: redirected });
  return () => Promise.resolve(answer);
}

test("a page of our own is shown", async () => {
  assert.equal(await loadFragment("/bar/", signal, answering(new Response("<b>x</b>", HTML))), "<b>x</b>");
});
test("the request carries the session and asks for HTML", async () => {
  const asked: unknown[] = [];
  await loadFragment("/bar/", signal, (url, init) => {
    asked.push(url, init.credentials, init.headers);
    return Promise.resolve(new Response("", HTML));
  });
  assert.deepEqual(asked, ["/bar/", "same-origin", { Accept: "text/html" }]);
});
for (const [name, answer, redirected] of [
  ["an error", new Response("no", { status: 500, ...HTML }), false],
  ["a redirect to somewhere else", new Response("<h1>Sign in</h1>", HTML), true],
  [
    "an answer that is no HTML",
    new Response("{}", { headers: { "Content-Type": "application/json" } }),
    false,
  ],
] as const) {
  test(`${name} leaves what was there`, async () => {
    assert.equal(await loadFragment("/bar/", signal, answering(answer, redirected)), null);
  });
}
