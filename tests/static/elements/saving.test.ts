import assert from "node:assert/strict";
import { test } from "node:test";
import { noteSaving, settleSaving } from "../../../static/src/elements/saving.ts";
import { MemoryStorage } from "../storage.ts";

const KEY = "draft:anna:d1:a";

test("a draft goes when its page is shown after saving", () => {
  const [session, store] = [new MemoryStorage(), new MemoryStorage()];
  store.setItem(KEY, "saved");
  noteSaving(session, KEY);
  settleSaving(session, store, true);
  assert.deepEqual([session.keys(), store.keys()], [[], []]);
});

test("a draft stays when anything else follows the saving: an error, a conflict, sign-in", () => {
  const [session, store] = [new MemoryStorage(), new MemoryStorage()];
  store.setItem(KEY, "not saved");
  noteSaving(session, KEY);
  assert.equal(settleSaving(session, store, false), KEY);
  assert.equal(settleSaving(session, store, true), null);
  assert.deepEqual(store.keys(), [KEY]);
});
