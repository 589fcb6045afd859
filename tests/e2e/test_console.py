"""The console in a browser: a hit is counted, a page dropped, its progress followed, the trail names it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hut import EMAIL, STAFF_EMAIL, Hut
from tests.e2e.steps import at_rest, new_handbook, sign_up, write_page
from tests.services.browser import ONE_DATABASE, PHONE, Visitors, accessibility_problems, screenshot

pytestmark = ONE_DATABASE

# Servers write hits down every 5 s. A predicate is not waited for, so it tells what the last answer said.
ASK_AGAIN = """() => {
  const ask = async () => /Hits<\\/span>[1-9]/.test(await (await fetch(location.href)).text());
  if (!window.asked) window.asked = ask().then((found) => { window.found = found; window.asked = null; });
  return window.found === true;
}"""


@pytest.fixture
def slug(page: Page) -> str:
    """A public handbook with a page Water, which two visitors have read."""
    sign_up(page)
    slug = new_handbook(page, public=True)
    write_page(page, slug, "Water", "The spring is behind the hut.")
    for _ in range(2):
        page.goto(f"/{slug}/water/")
    return slug


def once_listed(page: Page, slug: str) -> None:
    """The console, as soon as it tells of a hit."""
    page.goto(f"/-/console/{slug}/?q=water")
    page.wait_for_function(ASK_AGAIN, polling=500)
    page.reload()


def test_a_hit_is_seen_a_page_dropped_and_made_anew_and_the_trail_tells_it(
    page: Page, slug: str, visit: Visitors
):
    page.get_by_role("button", name="More to do here").click()
    page.get_by_role("link", name="Cached pages").click()
    expect(page.get_by_role("heading", name="Cached pages", level=1)).to_be_visible()
    once_listed(page, slug)
    row = page.get_by_role("row").filter(has_text=f"/{slug}/water/")
    expect(row.get_by_text("Fresh")).to_be_visible()
    row.get_by_role("button", name=f"Drop /{slug}/water/").click()
    expect(page.get_by_role("heading", name="Progress")).to_be_visible()
    expect(page.get_by_text("0 of 1 pages made anew")).to_be_visible()
    visit().goto(f"/{slug}/water/")
    expect(page.get_by_text("1 of 1 pages made anew")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_js_property("position", 1)
    page.get_by_role("link", name="Audit trail").click()
    said = page.get_by_role("listitem").filter(has_text=f"the page at /{slug}/water/")
    expect(said).to_contain_text(re.compile(r"Dropped.*Anna", re.DOTALL))
    assert accessibility_problems(page) == []


def test_it_works_without_javascript_and_warming_reaches_the_servers(page: Page, slug: str, visit: Visitors):
    once_listed(page, slug)
    plain = visit(java_script_enabled=False, storage_state=page.context.storage_state(), **PHONE)
    plain.goto(f"/-/console/{slug}/?q=water")
    plain.get_by_role("link", name=f"/{slug}/water/").click()
    plain.get_by_role("button", name="Renew").click()
    expect(plain.get_by_role("heading", name="Progress")).to_be_visible()
    followed = visit(storage_state=page.context.storage_state())
    followed.goto(plain.url)
    expect(followed.get_by_text("1 of 1 pages made anew")).to_be_visible()
    plain.get_by_role("link", name="Look again").click()
    expect(plain.get_by_text("Done: every page that this concerns is anew.")).to_be_visible()


def test_the_whole_handbook_asks_first(page: Page, slug: str):
    page.goto(f"/-/console/{slug}/act/")
    page.get_by_role("radio", name="The whole handbook").check()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("heading", name="Are you sure?")).to_be_visible()
    screenshot(page, "console-confirm-desk-light")
    assert accessibility_problems(page) == []
    page.get_by_role("button", name="Drop").click()
    expect(page.get_by_role("heading", name="Progress")).to_be_visible()


def test_a_secret_is_shown_once(page: Page, slug: str):
    page.goto(f"/-/console/{slug}/tokens/")
    page.get_by_label("Name").fill("Deploy")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("Copy it now: it is shown only this once.")).to_be_visible()
    at_rest(page)
    screenshot(page, "console-secret-desk-light")
    assert accessibility_problems(page) == []
    page.goto(f"/-/console/{slug}/tokens/")
    expect(page.get_by_text("Copy it now")).to_have_count(0)


@pytest.mark.parametrize("look", ["desk", "phone"])
def test_staff_have_everything(visit: Visitors, session_of: Callable[[str], Any], hut: Hut, look: str):
    page = visit(storage_state=session_of(STAFF_EMAIL), **(PHONE if look == "phone" else {}))
    page.goto("/-/console/")
    expect(page.get_by_role("link", name="Mountain hut", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Renew, drop or warm everything").click()
    assert accessibility_problems(page) == []
    page.get_by_role("radio", name="Warm").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text(re.compile(r"It concerns \d+ cached pages? of"))).to_be_visible()
    page.get_by_role("button", name="Warm").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert accessibility_problems(page) == []


def test_others_are_told_what_they_are_told_elsewhere(
    visit: Visitors, complaints: Any, session_of: Callable[[str], Any], hut: Hut
):
    complaints.expect("everything/.*403")
    page = visit(storage_state=session_of(EMAIL))
    answer = page.goto("/-/console/-/everything/")
    assert answer is not None
    assert answer.status == 403
