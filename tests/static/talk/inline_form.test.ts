import assert from "node:assert/strict";
import { test } from "node:test";
import { pageAt, send } from "../../../static/src/talk/inline_form.ts";

const HTML = { "Content-Type": "text/html; charset=utf-8" };
// biome-ignore lint/suspicious/noExplicitAny: a page is whatever was parsed
const parse = (html: string): any => ({ html });

function answering(status: number, headers: Record<string, string>, redirected = false) {
  const answer = new Response("<p>x</p>", { status, headers });
  Object.defineProperty(answer, "redirected", { value: redirected });
  return () => Promise.resolve(answer);
}

test("a form's page is taken as it is, anything else is none", async () => {
  assert.deepEqual(await pageAt("/f/", answering(200, HTML), parse), { html: "<p>x</p>" });
  for (const get of [answering(200, HTML, true), answering(403, HTML), answering(200, {})])
    assert.equal(await pageAt("/f/", get, parse), null);
});
for (const [name, get, kind] of [
  ["what leads to a page is done", answering(200, HTML, true), "done"],
  ["a form that comes back is refused", answering(422, HTML), "refused"],
  ["a page that nothing led to saved nothing", answering(200, HTML), "failed"],
  ["a sign-in that has ended saved nothing", answering(403, HTML), "failed"],
  ["what is no page of ours saved nothing", answering(200, { "Content-Type": "application/json" }), "failed"],
  ["an error behind a redirect saved nothing", answering(500, HTML, true), "failed"],
] as const) {
  test(name, async () => {
    const outcome = await send("/f/", new URLSearchParams({ source: "x" }), get, parse);
    assert.equal(outcome.kind, kind);
  });
}
test("the values are posted as a form", async () => {
  const asked: unknown[] = [];
  await send(
    "/f/",
    new URLSearchParams({ source: "a b" }),
    (url, init) => {
      asked.push(url, init?.method, String(init?.body));
      return answering(422, HTML)();
    },
    parse,
  );
  assert.deepEqual(asked, ["/f/", "POST", "source=a+b"]);
});
