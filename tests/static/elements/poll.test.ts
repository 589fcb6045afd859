import "../browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

const { poll } = await import("../../../static/src/elements/poll.ts");
const HTML = { headers: { "Content-Type": "text/html" } };

/** A clock that runs what was put off when it is told to. */
class Clock {
  waiting: (() => void)[] = [];
  ms: number[] = [];
  later = (run: () => void, ms: number): void => {
    this.waiting.push(run);
    this.ms.push(ms);
  };
  async tick(): Promise<void> {
    this.waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function start(answers: (() => Promise<Response>)[], ends = "done") {
  const clock = new Clock();
  const shown: string[] = [];
  const leaving = new AbortController();
  poll({
    url: "/now/",
    everyMs: 2000,
    signal: leaving.signal,
    get: () => answers.shift()?.() ?? Promise.reject(new Error("nobody should ask")),
    later: clock.later,
    show: (html) => {
      shown.push(html);
      return html !== ends;
    },
  });
  return { clock, shown, leaving };
}

const says = (text: string) => () => Promise.resolve(new Response(text, HTML));

test("it asks again until nothing more is to come", async () => {
  const { clock, shown } = start([says("1"), says("2"), says("done")]);
  for (let turn = 0; turn < 5; turn++) await clock.tick();
  assert.deepEqual(shown, ["1", "2", "done"]);
  assert.deepEqual(clock.ms, [2000, 2000, 2000]);
});
test("what could not be fetched is asked for again", async () => {
  const lost = () => Promise.reject(new TypeError("no network"));
  const refused = () => Promise.resolve(new Response("no", { status: 503, ...HTML }));
  const { clock, shown } = start([lost, refused, says("done")]);
  for (let turn = 0; turn < 4; turn++) await clock.tick();
  assert.deepEqual(shown, ["done"]);
});
test("after each failure it waits twice as long, a minute at most, and as before once it is answered", async () => {
  const lost = () => Promise.reject(new TypeError("no network"));
  const { clock } = start([lost, lost, lost, lost, lost, lost, says("1"), says("done")]);
  for (let turn = 0; turn < 8; turn++) await clock.tick();
  assert.deepEqual(clock.ms, [2000, 4000, 8000, 16000, 32000, 60000, 60000, 2000]);
});
test("who may not see it any more asks no more", async () => {
  for (const status of [401, 403, 404, 410]) {
    const { clock, shown } = start([() => Promise.resolve(new Response("no", { status, ...HTML }))]);
    await clock.tick();
    assert.deepEqual([shown, clock.waiting.length], [[], 0]);
  }
});
test("who is led to signing in asks no more", async () => {
  const signIn = Object.defineProperty(new Response("Sign in", HTML), "redirected", { value: true });
  const { clock, shown } = start([() => Promise.resolve(signIn)]);
  await clock.tick();
  assert.deepEqual([shown, clock.waiting.length], [[], 0]);
});
test("who left asks no more", async () => {
  const { clock, shown, leaving } = start([says("1")]);
  await clock.tick();
  leaving.abort();
  await clock.tick();
  assert.deepEqual([shown, clock.waiting.length], [["1"], 0]);
});
