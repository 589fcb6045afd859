import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetVisits, noteVisit, VISITS_MAX, visits } from "../../../static/src/switcher/recent.ts";
import { MemoryStorage } from "../storage.ts";

const titles = (store: MemoryStorage, book: string) => visits(store, book).map((visit) => visit.title);

test("the last visited comes first, each page once, by its newest title", () => {
  const store = new MemoryStorage();
  noteVisit(store, "hut", { url: "/hut/a/", title: "A", at: 1 });
  noteVisit(store, "hut", { url: "/hut/b/", title: "B", at: 2 });
  noteVisit(store, "hut", { url: "/hut/a/", title: "A now", at: 3 });
  assert.deepEqual(titles(store, "hut"), ["A now", "B"]);
});
test("no more are kept than stated", () => {
  const store = new MemoryStorage();
  for (let n = 0; n < VISITS_MAX + 5; n++)
    noteVisit(store, "hut", { url: `/hut/${n}/`, title: `${n}`, at: n });
  assert.equal(titles(store, "hut").length, VISITS_MAX);
  assert.equal(titles(store, "hut")[0], "24");
});
test("each handbook has its own, together they stand in the order of their time", () => {
  const store = new MemoryStorage();
  noteVisit(store, "hut", { url: "/hut/a/", title: "Hut", at: 1 });
  noteVisit(store, "ship", { url: "/ship/a/", title: "Ship", at: 2 });
  assert.deepEqual([titles(store, "hut"), titles(store, "")], [["Hut"], ["Ship", "Hut"]]);
});
test("a page that is no longer there is forgotten", () => {
  const store = new MemoryStorage();
  noteVisit(store, "hut", { url: "/hut/a/", title: "A", at: 1 });
  noteVisit(store, "hut", { url: "/hut/a/", title: null, at: 2 });
  assert.deepEqual([titles(store, "hut"), store.keys()], [[], []]);
});
test("forgetting takes visits and nothing else", () => {
  const store = new MemoryStorage();
  store.setItem("theme", "dark");
  noteVisit(store, "hut", { url: "/hut/a/", title: "A", at: 1 });
  forgetVisits(store);
  assert.deepEqual(store.keys(), ["theme"]);
});
test("what somebody else wrote there is passed over", () => {
  const store = new MemoryStorage();
  for (const odd of [
    "not json",
    "{}",
    '[null, {"url": "javascript:x", "title": "A", "at": 1}, {"url": "//x/"}]',
  ])
    for (const book of ["hut", ""]) {
      store.setItem("visits:hut", odd);
      assert.deepEqual(visits(store, book), []);
    }
});
