"""Reading: on a phone, in the colours one likes, through the tree, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hut import EDITOR_EMAIL, READER_EMAIL, WATER, Hut
from tests.e2e.steps import at_rest, held
from tests.services.browser import DESKTOP, ONE_DATABASE, PHONE, Visitors, screenshot

pytestmark = [
    pytest.mark.usefixtures("hut"),
    ONE_DATABASE,
]


@pytest.mark.parametrize("scripted", [True, False])
def test_the_drawer_opens_on_a_phone_and_leads_on(visit: Visitors, scripted: bool):
    page = visit(**PHONE, java_script_enabled=scripted)
    page.goto(WATER)
    drawer = page.get_by_role("navigation", name="Pages of this handbook")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="Pages").click()
    expect(drawer).to_be_visible()
    screenshot(page, f"drawer-{'scripted' if scripted else 'plain'}", full=False)
    drawer.get_by_role("link", name="Stove", exact=True).click()
    expect(page).to_have_url(re.compile("/stove/$"))
    expect(drawer).to_be_hidden()


@pytest.mark.parametrize("scripted", [True, False])
def test_the_contents_of_a_page_open_on_a_phone_and_lead_to_their_heading(visit: Visitors, scripted: bool):
    page = visit(**PHONE, java_script_enabled=scripted)
    page.goto(WATER)
    page.get_by_role("button", name="On this page").click()
    contents = page.get_by_role("navigation", name="On this page")
    contents.get_by_role("link", name="How to fetch it").click()
    expect(page).to_have_url(re.compile("#how-to-fetch-it$"))
    expect(page.get_by_role("heading", name="How to fetch it")).to_be_in_viewport()
    if scripted:
        expect(contents).to_be_hidden()


def test_the_colours_are_kept_before_the_first_paint(page: Page):
    page.goto(WATER)
    page.get_by_role("radio", name="Dark").check(force=True)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/mountain-hut/stove/", wait_until="commit")
    page.wait_for_selector("body", state="attached")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    page.get_by_role("radio", name="As the device").check(force=True)
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") is None


def test_a_branch_is_fetched_when_it_is_opened_and_not_before(page: Page):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/-/branch/" in request.url else None)
    page.goto(WATER)
    at_rest(page)
    assert asked == []
    with page.expect_response(re.compile("/-/branch/")) as answer:
        page.locator(".tree summary").first.click()
    assert answer.value.status == 200
    expect(page.get_by_role("link", name="Ashes")).to_be_visible()


@pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_what_comes_late_moves_nothing_one_could_be_reading_or_pressing(
    visit: Visitors, session_of: Callable[[str], Any], look: dict[str, object]
):
    page = visit(storage_state=session_of(EDITOR_EMAIL), **look)
    bars = held(page, "**/-/bar/**")
    with page.expect_request("**/-/bar/**"):
        page.goto(WATER)
    expect(page.locator("article .to-confirm").get_by_text("Members are asked")).to_be_visible()
    page.evaluate(
        "async () => { await document.fonts.ready;"
        " window.placed = [...document.querySelectorAll('article :is(a, p, h1, h2, li, pre)')]"
        ".map((element) => [element, JSON.stringify(element.getBoundingClientRect())]) }"
    )
    bars[0].continue_()
    expect(page.locator(".talk-part h2")).to_be_visible()
    expect(page.get_by_text("You have confirmed that you have read")).to_be_visible()
    expect(page.get_by_text("Members are asked")).to_be_hidden()
    at_rest(page)
    moved = page.evaluate(
        "placed.filter(([element, before]) => element.isConnected"
        " && JSON.stringify(element.getBoundingClientRect()) !== before)"
        ".map(([element]) => element.outerHTML)"
    )
    assert moved == []


def test_code_is_copied(visit: Visitors):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(WATER)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("def fetch(litres: int) -> str:\n")


def test_on_paper_stands_the_text_alone(page: Page):
    page.goto(WATER)
    at_rest(page)
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in (".top", ".foot", ".drawer", ".steps", ".copy", ".margin", ".note", ".tags"):
        assert page.locator(hidden).evaluate_all("all => all.every((one) => !one.checkVisibility())"), hidden
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    dark = page.evaluate("getComputedStyle(document.querySelector('.prose')).color").removeprefix("rgb(")
    assert max(int(part) for part in dark.removesuffix(")").split(",")) < 80
    expect(page.get_by_role("heading", name="Water", level=1)).to_be_visible()
    screenshot(page, "print")


def test_only_who_may_write_is_offered_to_review(visit: Visitors, session_of: Callable[[str], Any], hut: Hut):
    for email, may in ((READER_EMAIL, False), (EDITOR_EMAIL, True)):
        page = visit(storage_state=session_of(email))
        page.goto(f"/{hut.slug}/-/care/")
        expect(page.locator("cairn-member")).to_be_attached()
        expect(page.get_by_role("link", name="Water", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="Review Water")).to_be_visible(visible=may)
