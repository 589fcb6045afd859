import assert from "node:assert/strict";
import { test } from "node:test";
import { outcome, refusal, send } from "../../../static/src/editor/upload.ts";

class FakeRequest extends EventTarget {
  upload = new EventTarget();
  status = 201;
  responseText = '{"url":"/-/media/ab/a.png","markdown":"![a](/-/media/ab/a.png)"}';
  sent: FormData | null = null;
  calls: string[] = [];
  open(method: string, url: string): void {
    this.calls.push(`${method} ${url}`);
  }
  setRequestHeader(name: string, value: string): void {
    this.calls.push(`${name}: ${value}`);
  }
  send(form: FormData): void {
    this.sent = form;
  }
  abort(): void {
    this.dispatchEvent(new Event("abort"));
  }
}

const TARGET = { url: "/h/-/upload/", token: "t", maxBytes: 10 };
const FILE = new File(["png"], "a.png");

function sending(signal = new AbortController().signal) {
  const request = new FakeRequest();
  const parts: number[] = [];
  const make = () => request as unknown as XMLHttpRequest;
  return { request, parts, result: send(FILE, TARGET, (part) => parts.push(part), signal, make) };
}

test("a file over the limit is refused before it is sent, one at the limit is not", () => {
  assert.equal(refusal({ size: 11 }, 10), "too-large");
  assert.equal(refusal({ size: 10 }, 10), null);
});

test("an upload posts the file with the form's token and asks for JSON", async () => {
  const { request, result } = sending();
  request.dispatchEvent(new Event("load"));
  assert.deepEqual(await result, { markdown: "![a](/-/media/ab/a.png)" });
  assert.deepEqual(request.calls, ["POST /h/-/upload/", "Accept: application/json"]);
  assert.equal(request.sent?.get("csrfmiddlewaretoken"), "t");
  const file = request.sent?.get("file");
  assert.ok(file instanceof File);
  assert.equal(file.name, "a.png");
});

test("progress is told as a part of the whole", () => {
  const { request, parts } = sending();
  const event = Object.assign(new Event("progress"), { lengthComputable: true, loaded: 1, total: 4 });
  request.upload.dispatchEvent(event);
  assert.deepEqual(parts, [0.25]);
});

test("a lost connection is a failure without words", async () => {
  const { request, result } = sending();
  request.dispatchEvent(new Event("error"));
  assert.deepEqual(await result, { error: "" });
});

test("leaving the page stops the upload", async () => {
  const leaving = new AbortController();
  const { result } = sending(leaving.signal);
  leaving.abort();
  assert.deepEqual(await result, { error: "" });
});

test("only a 201 with Markdown counts as done", () => {
  assert.deepEqual(outcome(200, "<html>Welcome to the hotel's network</html>"), { error: "" });
  assert.deepEqual(outcome(201, "{}"), { error: "" });
  assert.deepEqual(outcome(413, ""), { error: "" });
  assert.deepEqual(outcome(400, '{"error":"This is no picture."}'), { error: "This is no picture." });
  assert.deepEqual(outcome(500, "null"), { error: "" });
});
