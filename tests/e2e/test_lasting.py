"""A page stays of use while parts of it are late, lost or broken."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hut import WATER
from tests.e2e.steps import edit, held, new_handbook, sign_up, source_of, write_page

pytestmark = pytest.mark.usefixtures("hut")


def test_a_branch_that_cannot_be_fetched_leaves_a_link(page: Page, complaints):
    complaints.expect("ERR_FAILED")
    page.route("**/-/branch/**", lambda route: route.abort())
    page.goto(WATER)
    page.locator(".tree summary").first.click()
    page.get_by_role("link", name="Open Stove to see its pages").click()
    expect(page).to_have_url(re.compile("/stove/$"))


def test_a_page_reads_when_its_scripts_are_lost(page: Page, complaints):
    complaints.expect("ERR_FAILED")
    page.route(re.compile(r"/-/static/.*\.js"), lambda route: route.abort())
    page.goto(WATER)
    expect(page.get_by_role("heading", name="Water", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_visible()
    page.get_by_role("link", name="Stove", exact=True).first.click()
    expect(page).to_have_url(re.compile("/stove/$"))
    page.get_by_role("searchbox").fill("spring")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 page found")


def forbidden(*places: str) -> str:
    """A script after which to reach for these is an error."""
    fail = "{ get() { throw new DOMException('not here today', 'SecurityError'); } }"
    return ";".join(f"Object.defineProperty({place}, {fail})" for place in places)


NO_STORAGE = forbidden("window, 'localStorage'", "window, 'sessionStorage'")
LESS = {
    "keeps nothing": NO_STORAGE,
    "has no room": "Storage.prototype.setItem = () => {"
    " throw new DOMException('The quota has been exceeded.', 'QuotaExceededError') }",
    "has no storage": "Object.defineProperty(window, 'localStorage', { value: null })",
    "is not served securely": "delete Crypto.prototype.randomUUID; delete Navigator.prototype.clipboard",
}


def test_an_island_that_fails_takes_no_other_with_it(page: Page, complaints):
    complaints.expect("not here today")
    page.add_init_script(forbidden("navigator, 'clipboard'"))
    page.goto(WATER)
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.locator(".contents [aria-current]")).to_have_count(1)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()


@pytest.mark.parametrize("less", LESS)
def test_the_editor_is_whole_where_a_browser_gives_less(page: Page, less: str):
    sign_up(page)
    address = write_page(page, new_handbook(page), "Stove", "Light it.")
    page.add_init_script(LESS[less])
    page.goto(address)
    edit(page)
    expect(page.locator("#preview")).to_have_text("Light it.")
    source_of(page).fill("Light it with birch bark.")
    expect(page.locator("#preview")).to_have_text("Light it with birch bark.")
    keeps_none = page.get_by_text("This device keeps no copy of what you type")
    expect(keeps_none).to_be_visible(visible=less != "is not served securely")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog"):
        page.evaluate("void setTimeout(() => document.querySelector('.brand').click())")
    page.keyboard.press("Control+s")
    expect(page).to_have_url(address)
    expect(page.locator(".prose")).to_have_text("Light it with birch bark.")


def test_the_switcher_begins_with_a_list_where_nothing_is_kept(page: Page):
    page.add_init_script(NO_STORAGE)
    page.goto(WATER)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("option").first).to_be_visible()


def test_a_page_is_read_while_the_bar_is_still_awaited(page: Page):
    routes = held(page, "**/-/bar/**")
    with page.expect_request("**/-/bar/**"):
        page.goto(WATER)
    expect(page.get_by_role("heading", name="Water", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_visible()
    routes[0].continue_()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
