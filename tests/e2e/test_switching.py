"""The quick switcher and completing links, by keyboard alone, on a phone, without JavaScript, cut off."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.hut import EDITOR_EMAIL, WATER, Hut
from tests.e2e.steps import at_rest, source_of
from tests.services.browser import (
    ONE_DATABASE,
    PHONE,
    Complaints,
    Visitors,
    accessibility_problems,
    screenshot,
)

pytestmark = ONE_DATABASE

STOVE = "/mountain-hut/stove/"


def switcher(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Go to")


def opened(page: Page, key: str = "Control+k") -> Locator:
    page.keyboard.press(key)
    expect(switcher(page).get_by_role("combobox")).to_be_focused()
    return switcher(page)


def typed(page: Page, text: str, first: str) -> None:
    page.keyboard.type(text)
    expect(switcher(page).get_by_role("option").first).to_contain_text(first)


def chosen(page: Page) -> Locator:
    """The option that assistive technology is told of."""
    id = switcher(page).get_by_role("combobox").get_attribute("aria-activedescendant")
    return page.locator(f"#{id}[aria-selected=true]")


@pytest.mark.usefixtures("hut")
def test_a_page_is_reached_by_keyboard_with_a_slip_of_the_finger(page: Page):
    page.goto(WATER)
    opened(page)
    typed(page, "stvoe", "Stove")
    expect(chosen(page)).to_contain_text("Stove")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/stove/$"))


@pytest.mark.usefixtures("hut")
def test_arrows_choose_and_escape_leads_back_to_where_one_was(page: Page):
    page.goto(WATER)
    link = page.get_by_role("link", name="Stove", exact=True).first
    link.focus()
    opened(page, "Meta+k")
    typed(page, "fetch", "How to fetch it")
    expect(switcher(page).get_by_role("status")).to_have_text("1 found")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_contain_text("Search the text for “fetch”")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_contain_text("How to fetch it")
    page.keyboard.press("Escape")
    expect(switcher(page)).to_be_hidden()
    expect(link).to_be_focused()
    opened(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/-/search/\?q=fetch$"))


@pytest.mark.usefixtures("hut")
def test_what_is_typed_fast_is_what_is_meant(page: Page):
    """Enter comes before the answer does: the list that stands there is of an older word."""
    page.goto(WATER)
    opened(page)
    typed(page, "wat", "Water")
    page.keyboard.press("Control+a")
    page.keyboard.type("chimney")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/chimney/$"))


@pytest.mark.usefixtures("hut")
def test_control_enter_opens_another_tab(page: Page):
    page.goto(WATER)
    opened(page)
    typed(page, "chim", "Chimney")
    with page.context.expect_page() as other:
        page.keyboard.press("Control+Enter")
    expect(other.value).to_have_url(re.compile("/chimney/$"))
    expect(switcher(page)).to_be_visible()


@pytest.mark.usefixtures("hut")
def test_pages_that_were_read_last_come_first_and_signing_in_forgets_them(page: Page, complaints: Complaints):
    complaints.expect("sign-in.*422")
    for path in ("/mountain-hut/stove/ashes/", STOVE, WATER):
        page.goto(path)
    opened(page)
    options = switcher(page).get_by_role("option")
    expect(options.nth(0)).to_contain_text("Stove")
    expect(options.nth(1)).to_contain_text("Ashes")
    page.goto("/-/sign-in/")
    page.get_by_role("main").get_by_label("E-mail address").fill("nobody@example.org")
    page.get_by_role("main").get_by_label("Password").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('visits:'))") == []


@pytest.mark.usefixtures("hut")
def test_who_is_cut_off_is_told_and_keeps_what_was_found(page: Page, complaints: Complaints):
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    page.goto(WATER)
    opened(page)
    typed(page, "stov", "Stove")
    page.context.set_offline(True)
    page.keyboard.type("e")
    expect(switcher(page).get_by_role("status")).to_have_text(
        "Cairn cannot be reached. This may be out of date."
    )
    expect(switcher(page).get_by_role("option").first).to_contain_text("Stove")


@pytest.mark.usefixtures("hut")
def test_on_a_phone_the_search_tool_opens_it(visit: Visitors):
    page = visit(**PHONE, color_scheme="dark")
    page.goto(WATER)
    at_rest(page)
    page.get_by_role("banner").get_by_role("link", name="Search").tap()
    typed(page, "stov", "Stove")
    screenshot(page, "switcher-phone-dark", full=False)
    assert accessibility_problems(page) == []
    switcher(page).get_by_role("option").first.tap()
    expect(page).to_have_url(re.compile("/stove/$"))


@pytest.mark.usefixtures("hut")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_dialog(visit: Visitors, session_of: Callable[[str], Any], scheme: str):
    page = visit(storage_state=session_of(EDITOR_EMAIL), color_scheme=scheme)
    page.goto(STOVE)
    page.goto(WATER)
    at_rest(page)
    opened(page)
    expect(switcher(page).get_by_role("option").nth(3)).to_be_visible()
    screenshot(page, f"switcher-begin-{scheme}", full=False)
    assert accessibility_problems(page) == []
    typed(page, "re", "Not ready")
    expect(switcher(page).get_by_role("option").first).to_contain_text("Draft")
    screenshot(page, f"switcher-found-{scheme}", full=False)
    assert accessibility_problems(page) == []


@pytest.mark.usefixtures("hut")
def test_without_javascript_the_link_leads_to_a_page_that_does_the_same(visit: Visitors):
    page = visit(java_script_enabled=False)
    page.goto(WATER)
    page.get_by_role("link", name="Go to").click()
    page.get_by_role("main").get_by_role("searchbox").fill("chimeny")
    page.get_by_role("main").get_by_role("button", name="Find").click()
    page.get_by_role("main").get_by_role("link", name="Chimney").click()
    expect(page).to_have_url(re.compile("/chimney/$"))


@pytest.fixture
def desk(visit: Visitors, session_of: Callable[[str], Any], hut: Hut) -> Page:
    """The edit page of Stove, the caret at the end of its text."""
    page = visit(storage_state=session_of(EDITOR_EMAIL))
    page.goto(f"/{hut.slug}/-/edit/{hut.stove}/")
    source_of(page).click()
    page.keyboard.press("Control+End")
    return page


def links(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Pages to link to")


def test_a_link_is_completed_by_keyboard_and_undone_in_one_step(desk: Page):
    before = source_of(desk).input_value()
    desk.keyboard.type("\nSee [[chimeny")
    expect(links(desk).get_by_role("option").first).to_contain_text("Chimney")
    expect(source_of(desk)).to_have_attribute("aria-activedescendant", "edit-links-0")
    screenshot(desk, "completing-links", full=False)
    assert accessibility_problems(desk) == []
    desk.keyboard.press("Enter")
    expect(source_of(desk)).to_have_value(f"{before}\nSee [[Chimney]]")
    expect(links(desk)).to_be_hidden()
    expect(source_of(desk)).to_be_focused()
    desk.keyboard.press("Control+z")
    expect(source_of(desk)).to_have_value(f"{before}\nSee [[chimeny")


def test_a_heading_is_completed_after_the_hash_and_tab_writes_too(desk: Page):
    before = source_of(desk).input_value()
    desk.keyboard.type("[[watr")
    expect(links(desk).get_by_role("option").first).to_contain_text("Water")
    desk.keyboard.type("#")
    expect(source_of(desk)).to_have_value(f"{before}[[Water#")
    expect(links(desk).get_by_role("option")).to_have_count(3)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Tab")
    expect(source_of(desk)).to_have_value(f"{before}[[Water#How to fetch it]]")


def test_escape_closes_the_list_and_enter_is_just_enter_again(desk: Page):
    before = source_of(desk).input_value()
    desk.keyboard.type("[[chim")
    expect(links(desk)).to_be_visible()
    desk.keyboard.press("Escape")
    expect(links(desk)).to_be_hidden()
    desk.keyboard.type("n")
    desk.keyboard.press("Enter")
    expect(source_of(desk)).to_have_value(f"{before}[[chimn\n")
    expect(links(desk)).to_be_hidden()


def test_control_k_in_the_text_still_makes_a_link(desk: Page):
    before = source_of(desk).input_value()
    desk.keyboard.press("Control+k")
    expect(source_of(desk)).to_have_value(f"{before}[](https://)")
    expect(switcher(desk)).to_have_count(0)
