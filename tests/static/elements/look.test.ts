import "../browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

const { chosen } = await import("../../../static/src/elements/look.ts");

function form(values: Record<string, string>): FormData {
  const given = new FormData();
  for (const [name, value] of Object.entries(values)) given.append(name, value);
  return given;
}

test("what is typed and chosen is shown", () => {
  assert.deepEqual(chosen(form({ title: " Mountain hut ", color: "rose" }), "Its title"), {
    title: "Mountain hut",
    color: "rose",
  });
});
test("without a title its place is held, without a colour the old one stays", () => {
  assert.deepEqual(chosen(form({ title: "  " }), "Its title"), { title: "Its title", color: null });
});
