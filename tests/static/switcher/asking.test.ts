import "../browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

const { Asking } = await import("../../../static/src/switcher/asking.ts");

/** A server that answers when it is told to, and a clock likewise. */
function start() {
  const put: (() => void)[] = [];
  const requests: { url: string; signal: AbortSignal; answer: (response: Response | Error) => void }[] = [];
  const shown: string[] = [];
  const asking = new Asking({
    address: (typed) => `/list/?q=${typed}`,
    get: (url, { signal }) =>
      new Promise((resolve, reject) => {
        const answer = (response: Response | Error) =>
          response instanceof Error ? reject(response) : resolve(response);
        requests.push({ url, signal: signal as AbortSignal, answer });
      }),
    later: (run) => {
      put.push(run);
      return () => void put.splice(put.indexOf(run), put.includes(run) ? 1 : 0);
    },
    show: (html, typed) => shown.push(`${typed}: ${html}`),
    lost: () => shown.push("lost"),
  });
  const tick = async (): Promise<void> => {
    for (const run of put.splice(0)) run();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { asking, requests, shown, tick };
}
const page = (text: string) => new Response(text, { headers: { "Content-Type": "text/html" } });

test("only what was typed last is asked for, when typing pauses", async () => {
  const { asking, requests, tick } = start();
  asking.ask("s");
  asking.ask("st");
  await tick();
  assert.deepEqual(
    requests.map((each) => each.url),
    ["/list/?q=st"],
  );
});
test("an answer to something older is never shown, however late it comes", async () => {
  const { asking, requests, shown, tick } = start();
  asking.ask("s");
  await tick();
  asking.ask("st");
  await tick();
  assert.equal(requests[0]?.signal.aborted, true);
  requests[1]?.answer(page("new"));
  requests[0]?.answer(page("old"));
  await tick();
  assert.deepEqual(shown, ["st: new"]);
});
test("it says whether an answer is still to come", async () => {
  const { asking, requests, tick } = start();
  asking.ask("s");
  assert.equal(asking.waits, true);
  await tick();
  assert.equal(asking.waits, true);
  requests[0]?.answer(page("x"));
  await tick();
  assert.equal(asking.waits, false);
});
test("no answer, an error and a page of somebody else are told alike", async () => {
  for (const answer of [
    new TypeError("no network"),
    new Response("no", { status: 503 }),
    new Response("{}"),
  ]) {
    const { asking, requests, shown, tick } = start();
    asking.ask("s");
    await tick();
    requests[0]?.answer(answer);
    await tick();
    assert.deepEqual(shown, ["lost"]);
  }
});
test("who stops hears nothing more", async () => {
  const { asking, requests, shown, tick } = start();
  asking.ask("s");
  await tick();
  asking.stop();
  requests[0]?.answer(page("x"));
  await tick();
  assert.deepEqual(shown, []);
});
