"""A page stays of use while parts of it are late, lost or broken."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.hut import WATER

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


@pytest.mark.parametrize("broken", ["clipboard", "localStorage"])
def test_an_island_that_fails_takes_no_other_with_it(page: Page, complaints, broken: str):
    complaints.expect("not here today")
    page.add_init_script(
        "Object.defineProperty(%s, { get() { throw new Error('not here today'); } })"
        % ("navigator, 'clipboard'" if broken == "clipboard" else "window, 'localStorage'")
    )
    page.goto(WATER)
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.locator(".contents [aria-current]")).to_have_count(1)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"


def held(page: Page, pattern: str) -> list[Route]:
    """Requests that are kept waiting."""
    routes: list[Route] = []
    page.route(pattern, lambda route: routes.append(route))  # noqa: PLW0108 - it takes no built-in function
    return routes


def test_a_page_is_read_while_the_bar_is_still_awaited(page: Page):
    routes = held(page, "**/-/bar/**")
    with page.expect_request("**/-/bar/**"):
        page.goto(WATER)
    expect(page.get_by_role("heading", name="Water", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_visible()
    routes[0].continue_()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
