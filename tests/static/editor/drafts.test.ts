import assert from "node:assert/strict";
import { test } from "node:test";
import { draftsOf, keepDraft, leftDrafts } from "../../../static/src/editor/drafts.ts";
import { MemoryStorage } from "../storage.ts";

const DRAFTS = draftsOf("anna", "d1");
const SHOWN = { title: "Pumps", source: "As the server has it.\n" };
const draft = (source: string, at: number) => ({ base: "7", title: "Pumps", source, at });

test("what other openings left is offered, newest first", () => {
  const store = new MemoryStorage();
  keepDraft(store, `${DRAFTS}a`, draft("older", 1));
  keepDraft(store, `${DRAFTS}b`, draft("newer", 2));
  keepDraft(store, `${draftsOf("anna", "d2")}c`, draft("of another document", 3));
  const left = leftDrafts(store, DRAFTS, SHOWN);
  assert.deepEqual(
    left.map(({ draft: { source } }) => source),
    ["newer", "older"],
  );
});

test("a draft that says what the server has is dropped, line ends apart", () => {
  const store = new MemoryStorage();
  keepDraft(store, `${DRAFTS}a`, draft("As the server has it.\r\n", 1));
  assert.deepEqual(leftDrafts(store, DRAFTS, SHOWN), []);
  assert.deepEqual(store.keys(), []);
});

test("a draft with only another title is offered", () => {
  const store = new MemoryStorage();
  keepDraft(store, `${DRAFTS}a`, { ...draft(SHOWN.source, 1), title: "Bilge pumps" });
  assert.equal(leftDrafts(store, DRAFTS, SHOWN).length, 1);
});

test("two openings of one document do not overwrite each other", () => {
  const store = new MemoryStorage();
  keepDraft(store, `${DRAFTS}a`, draft("one tab", 1));
  keepDraft(store, `${DRAFTS}b`, draft("other tab", 2));
  assert.equal(leftDrafts(store, DRAFTS, SHOWN).length, 2);
});

test("what one person left is offered to nobody else, and to them again", () => {
  const store = new MemoryStorage();
  keepDraft(store, `${DRAFTS}a`, draft("mine", 1));
  assert.deepEqual(leftDrafts(store, draftsOf("bert", "d1"), SHOWN), []);
  assert.equal(leftDrafts(store, DRAFTS, SHOWN)[0]?.draft.source, "mine");
});

test("a record that is no draft is passed over", () => {
  const store = new MemoryStorage();
  store.setItem(`${DRAFTS}a`, "{broken");
  store.setItem(`${DRAFTS}b`, '{"source":1}');
  assert.deepEqual(leftDrafts(store, DRAFTS, SHOWN), []);
});
