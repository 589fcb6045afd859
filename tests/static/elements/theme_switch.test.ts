import "../browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStorage } from "../storage.ts";

const { chooseTheme, storedTheme } = await import("../../../static/src/elements/theme_switch.ts");

test("a chosen theme stands on the root and is remembered", () => {
  const [store, root] = [new MemoryStorage(), { dataset: {} as DOMStringMap }];
  chooseTheme("dark", store, root);
  assert.deepEqual([root.dataset, storedTheme(store)], [{ theme: "dark" }, "dark"]);
});

test("auto leaves the colours to the device", () => {
  const [store, root] = [new MemoryStorage(), { dataset: {} as DOMStringMap }];
  chooseTheme("light", store, root);
  chooseTheme("auto", store, root);
  assert.deepEqual([root.dataset, store.keys(), storedTheme(store)], [{}, [], "auto"]);
});

test("an unknown stored value counts as auto", () => {
  const store = new MemoryStorage();
  store.setItem("theme", "sepia");
  assert.equal(storedTheme(store), "auto");
});
