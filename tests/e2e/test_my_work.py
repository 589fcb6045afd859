"""My work as people meet it: by the bar, with and without scripts, and before they have done anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.hut import EMAIL, READER_EMAIL, Hut
from tests.e2e.steps import sign_up
from tests.services.browser import ONE_DATABASE, PHONE, Visitors

pytestmark = ONE_DATABASE

PANELS = (
    "New for you",
    "To read and review",
    "Your open checklists",
    "Drafts",
    "Pages you worked on",
    "Your last changes",
    "Your handbooks",
)
EMPTY = (
    "All read",
    "Nothing is due",
    "Nothing to tick",
    "Nothing is waiting",
    "No page yet",
    "Nothing has happened",
    "No handbook yet",
)
NO_TEMPLATES = {"Sec-CH-UA": '"Other";v="1"'}
SHIFTS = """
window.shift = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({type: 'layout-shift', buffered: true});
"""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("templates", [True, False], ids=["templates", "no templates"])
def test_everything_is_there(
    visit: Visitors, session_of: Callable[[str], Any], hut: Hut, scripts: bool, templates: bool
):
    headers = {} if templates else NO_TEMPLATES
    page = visit(storage_state=session_of(EMAIL), java_script_enabled=scripts, extra_http_headers=headers)
    page.goto("/-/me/")
    for title in PANELS:
        expect(page.get_by_role("region", name=title)).to_be_visible()
    assert page.get_by_role("heading", level=2).count() == len(PANELS)
    drafts = page.get_by_role("region", name="Drafts")
    expect(drafts.get_by_role("link", name="Not ready", exact=True)).to_be_visible()
    changes = page.get_by_role("region", name="Your last changes")
    expect(changes.locator("li").first).to_contain_text("Edited Water")
    drafts.get_by_role("link", name="Edit Not ready").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Not ready")


@pytest.mark.parametrize("look", [{}, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("headers", [{}, NO_TEMPLATES], ids=["templates", "script"])
def test_little_moves_while_it_loads(
    visit: Visitors, session_of: Callable[[str], Any], hut: Hut, look: dict[str, Any], headers: dict[str, str]
):
    page = visit(storage_state=session_of(EMAIL), extra_http_headers=headers, **look)
    page.add_init_script(SHIFTS)
    page.goto("/-/me/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shift") < 0.05


def test_a_reader_finds_their_handbook_by_the_bar(
    visit: Visitors, session_of: Callable[[str], Any], hut: Hut
):
    page = visit(storage_state=session_of(READER_EMAIL))
    page.goto(f"/{hut.slug}/water/")
    page.get_by_role("button", name="Your account, Reader").click()
    page.get_by_role("link", name="My work").click()
    expect(page.get_by_role("heading", name="My work", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Drafts")).to_contain_text("Nothing is waiting")
    page.get_by_role("region", name="Your handbooks").get_by_role("link", name="Mountain hut").click()
    expect(page).to_have_url(f"{page.url.partition('/mountain-hut')[0]}/mountain-hut/")


def test_somebody_new_is_told_where_to_begin(visit: Visitors):
    page = visit()
    sign_up(page)
    page.goto("/-/me/")
    for title, said in zip(PANELS, EMPTY, strict=True):
        expect(page.get_by_role("region", name=title)).to_contain_text(said)
    page.get_by_role("link", name="New handbook").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New handbook")


def test_a_visitor_signs_in_first(visit: Visitors):
    page = visit()
    page.goto("/-/me/")
    expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
