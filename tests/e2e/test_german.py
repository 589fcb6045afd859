"""A browser that asks for German: its first hour, and every kind of page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.contract.test_languages import english
from tests.e2e.hut import EMAIL, Hut
from tests.e2e.places import FACES, OPEN, OWN, address
from tests.e2e.steps import PASSWORD, at_rest
from tests.services.browser import PHONE, Complaints, Visitors, screenshot

TEXT = "Trockenes Holz, dünn gespalten.\n\n> [!WARNING]\n> Lass ihn nie allein.\n"
SHOWN = """() => {
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest("script, style, template, .prose, textarea"))
      texts.push(walker.currentNode.data);
  }
  for (const name of ["title", "alt", "aria-label", "placeholder"])
    for (const one of document.querySelectorAll(`[${name}]`)) texts.push(one.getAttribute(name));
  return texts.map((text) => text.trim().replace(/\\s+/g, " ")).filter(Boolean);
}"""


# In the language of their handbook, whoever reads.
SHARED = {
    *(f"documents:{name}" for name in ("page", "tree", "tree_below", "tags", "tag", "search", "changes")),
    *(f"documents:{name}" for name in ("talk", "due", "runs", "runs_of", "run")),
}
# What people wrote: names, and the first sentence of an English handbook.
WRITTEN = {"Editor", "Reader", "This handbook is new: nothing is written here yet."}


def english_on(page: Page) -> list[str]:
    plain, gaps = english("de")
    return [text for text in page.evaluate(SHOWN) if text in plain - WRITTEN or gaps.fullmatch(text)]


@pytest.mark.parametrize("way", [{}, {**PHONE, "java_script_enabled": False}], ids=["desk", "plain-phone"])
def test_somebody_signs_up_writes_and_finds(visit: Visitors, way: dict[str, Any]):
    page = visit(locale="de-AT", **way)
    name = "phone" if way else "desk"

    def look(what: str) -> None:
        if not way:
            at_rest(page)
        screenshot(page, f"german-{name}-{what}")
        assert english_on(page) == []
        expect(page.locator("html")).to_have_attribute("lang", "de")

    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Handbücher, die den Weg zeigen.")
    look("front")
    page.goto("/-/sign-up/")
    look("sign-up")
    page.get_by_label("Name").fill("Änne")
    page.get_by_label("E-Mail-Adresse").fill(f"aenne-{uuid4().hex[:8]}@example.org")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Mein Konto anlegen").click()
    expect(page).to_have_url(re.compile(r"/$"))

    slug = f"huette-{uuid4().hex[:8]}"
    page.goto("/-/handbooks/new/")
    expect(page.get_by_label("Sprache")).to_have_value("de")
    look("new-handbook")
    page.get_by_label("Titel").fill("Berghütte")
    page.get_by_label("Adresse").fill(slug)
    page.get_by_role("button", name="Handbuch anlegen").click()
    expect(page.get_by_role("heading", name="Berghütte", level=1)).to_be_visible()
    expect(page.locator(".prose")).to_have_text("Dieses Handbuch ist neu: Hier steht noch nichts.")
    look("home")

    page.goto(f"/{slug}/-/new/")
    look("new-page")
    page.get_by_label("Titel", exact=True).fill("Ofen")
    page.get_by_role("textbox", name="Text", exact=True).fill(TEXT)
    page.get_by_role("button", name="Speichern und veröffentlichen").click()
    expect(page.get_by_role("heading", name="Ofen", level=1)).to_be_visible()
    expect(page.locator(".prose .callout-title, .prose [class*=callout] p").first).to_have_text("Warnung")
    expect(page.locator(".page-facts time")).to_have_text(re.compile(r"^\d{1,2}\. \w+ \d{4}$"))
    look("page")

    page.goto(f"/{slug}/-/search/?q=trockenes+holz")
    expect(page.get_by_role("status")).to_have_text("1 Seite gefunden")
    look("search")
    page.goto("/-/account/")
    look("account")


@pytest.mark.sqlite_only("What a page says is the same over any database.")
def test_every_kind_of_page_is_german(
    visit: Visitors, complaints: Complaints, session_of: Callable[[str], Any], hut: Hut
):
    """Personal pages of an English handbook; what the handbook itself says is English."""
    complaints.expect(r"410 \(Gone\)")  # links that no longer work
    stored = session_of(EMAIL)
    cookies = [one for one in stored["cookies"] if one["name"] != "django_language"]
    page = visit(locale="de", storage_state={**stored, "cookies": cookies})
    found = {}
    for name, pattern in {**OPEN, **OWN, **FACES}.items():
        page.goto(address(pattern, hut))
        if page.locator("html").get_attribute("lang") == "de":
            found[name] = english_on(page)
    assert {name: words for name, words in found.items() if words} == {}
    assert {*OPEN, *OWN} - set(found) == SHARED
