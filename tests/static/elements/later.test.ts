import "../browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, { CSS: { escape: (text: string) => text } });
const { placeOf, placeTemplates } = await import("../../../static/src/elements/later.ts");

/** A document as far as these functions look: templates, and places by name. */
function page(names: string[], templates: string[]) {
  const placed: Record<string, unknown> = {};
  const removed: string[] = [];
  const root = {
    querySelector: (selector: string) => {
      const name = /^\[data-later="(.*)"\]$/.exec(selector)?.[1] ?? "";
      return names.includes(name)
        ? { replaceChildren: (content: unknown) => Object.assign(placed, { [name]: content }) }
        : null;
    },
    querySelectorAll: (selector: string) =>
      selector === "template[for]"
        ? templates.map((name) => ({
            content: `content of ${name}`,
            getAttribute: () => name,
            remove: () => removed.push(name),
          }))
        : [],
  };
  return { root: root as unknown as ParentNode, placed, removed };
}

test("a template that was left lying goes to its place", () => {
  const { root, placed, removed } = page(["a", "b"], ["b"]);
  placeTemplates(root);
  assert.deepEqual(placed, { b: "content of b" });
  assert.deepEqual(removed, ["b"]);
});
test("a template without a place stays where it is", () => {
  const { root, placed, removed } = page(["a"], ["elsewhere"]);
  placeTemplates(root);
  assert.deepEqual(placed, {});
  assert.deepEqual(removed, []);
});
test("a place is found by its name", () => {
  const { root } = page(["a"], []);
  assert.notEqual(placeOf("a", root), null);
  assert.equal(placeOf("b", root), null);
});
