import "../browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

const { isCalled } = await import("../../../static/src/elements/switcher.ts");
const KEY = {
  key: "k",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  defaultPrevented: false,
};

test("Ctrl-K and Cmd-K call it", () => {
  assert.equal(isCalled({ ...KEY, ctrlKey: true }), true);
  assert.equal(isCalled({ ...KEY, metaKey: true, key: "K" }), true);
});
test("a plain k, other modifiers and what was taken already do not", () => {
  const others = [{}, { ctrlKey: true, altKey: true }, { ctrlKey: true, shiftKey: true }];
  for (const other of [...others, { ctrlKey: true, defaultPrevented: true }, { ctrlKey: true, key: "j" }])
    assert.equal(isCalled({ ...KEY, ...other }), false);
});
