import "../browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

const { sendTick } = await import("../../../static/src/elements/run.ts");
const ITEM = '<div id="run-progress">1 of 2</div><ul><li id="item-a"></li></ul>';
const says =
  (body: string, status = 200, type = "text/html") =>
  () =>
    Promise.resolve(new Response(body, { status, headers: { "Content-Type": type } }));

test("a tick that was saved brings the item as it is now", async () => {
  assert.deepEqual(await sendTick("/ticks/", new FormData(), says(ITEM)), { html: ITEM });
});
test("a refusal says why", async () => {
  const refused = says("This checklist is finished.", 422, "text/plain; charset=utf-8");
  assert.deepEqual(await sendTick("/ticks/", new FormData(), refused), {
    refused: "This checklist is finished.",
  });
});
test("what is no answer of ours is a failure", async () => {
  const portal = says("<html>Welcome to the hotel</html>");
  const lost = () => Promise.reject(new TypeError("no network"));
  for (const get of [portal, lost, says("no", 403), says("<p>Please check</p>", 422), says(ITEM, 500)]) {
    assert.equal(await sendTick("/ticks/", new FormData(), get), "failed");
  }
});
test("it is sent as a form to the address of the form", async () => {
  const body = new FormData();
  body.set("do", "tick a");
  let asked: unknown[] = [];
  await sendTick("/ticks/", body, (url, init) => {
    asked = [url, init.method, init.body];
    return says(ITEM)();
  });
  assert.deepEqual(asked, ["/ticks/", "POST", body]);
});
