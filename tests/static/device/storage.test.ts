import assert from "node:assert/strict";
import { test } from "node:test";
import { keep, type Store, storeOr } from "../../../static/src/device/storage.ts";
import { MemoryStorage } from "../storage.ts";

test("what the browser has is what is used", () => {
  const store = new MemoryStorage();
  assert.equal(
    storeOr(() => store),
    store,
  );
});
test("where storage is forbidden or missing, nothing is kept and nothing fails", () => {
  const forbidden = (): Store => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  for (const find of [forbidden, () => null]) {
    const store = storeOr(find);
    store.setItem("theme", "dark");
    store.removeItem("theme");
    assert.deepEqual([store.length, store.key(0), store.getItem("theme")], [0, null, null]);
  }
});
test("what was kept is said to be, what was not is not", () => {
  const full = new MemoryStorage();
  full.setItem("draft", "older");
  full.setItem = () => {
    throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
  };
  assert.equal(keep(new MemoryStorage(), "draft", "newer"), true);
  assert.equal(keep(full, "draft", "newer"), false);
  assert.equal(full.getItem("draft"), "older");
  assert.equal(
    keep(
      storeOr(() => null),
      "draft",
      "newer",
    ),
    false,
  );
});
