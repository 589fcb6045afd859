import "../browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

const { spoken } = await import("../../../static/src/elements/moment.ts");
const AT = new Date("2026-03-02T23:05:00+00:00");

test("a moment is said as the site says it, by another clock", () => {
  const there = { named: false, in: "Europe/Berlin" };
  assert.equal(spoken(AT, "en", there), "3 March 2026, 00:05");
  assert.equal(spoken(AT, "de", there), "3. März 2026, 00:05");
  assert.equal(spoken(AT, "en", { named: false, in: "America/New_York" }), "2 March 2026, 18:05");
});
test("where it is signed, its zone is named", () => {
  assert.equal(spoken(AT, "en", { named: true, in: "UTC" }), "2 March 2026, 23:05 UTC");
  assert.equal(spoken(AT, "de", { named: true, in: "Europe/Berlin" }), "3. März 2026, 00:05 MEZ");
});
