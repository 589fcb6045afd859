"""Everything is within reach: by keyboard, enlarged, on narrow screens, in forced colours; nothing jumps."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.hut import EMAIL, WATER, Hut
from tests.e2e.steps import at_rest, new_handbook, sign_up, write_page
from tests.services.browser import ONE_DATABASE, PHONE, Visitors, screenshot

SHIFTS = """() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
}"""
FRAGMENTS = re.compile(r"/-/(bar|runs|talk)/")
TEXT_AT = "document.querySelector('.prose').getBoundingClientRect().top"
FOCUSED = """() => {
    const at = document.activeElement;
    return (at.getAttribute("aria-label") || at.textContent || at.name || "").trim();
}"""
CUT_OFF = """() => [...document.querySelectorAll("header a, header button, main a, main button, main input")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((one) => !one.closest(".visually-hidden, .skip, pre, .table-wrap, .toolbar, [popover]"))
    .map((one) => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.left < -1 || box.right > innerWidth + 1))
    .map(([name]) => name)"""
COVERED = """() => [...document.querySelectorAll(".top .tool")]
    .filter((one) => one.checkVisibility())
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => !one.contains(document.elementFromPoint(box.left + 1, box.top + box.height / 2)))
    .map(([one]) => one.textContent.trim())"""
LOOK = """(one) => {
    const { color, backgroundColor, outline, borderInlineStartColor, fontWeight } = getComputedStyle(one);
    return [color, backgroundColor, outline, borderInlineStartColor, fontWeight].join();
}"""

pytestmark = [
    pytest.mark.usefixtures("hut"),
    ONE_DATABASE,
]


def test_the_keyboard_reaches_text_tree_menu_and_back(visit: Visitors, session_of: Callable[[str], Any]):
    page = visit(storage_state=session_of(EMAIL))
    page.goto(WATER)
    at_rest(page)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to the text"
    screenshot(page, "skip-link", full=False)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_role("button", name="More to do here").focus()
    page.keyboard.press("Enter")
    menu = page.locator("#page-menu")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "New page below"
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    assert page.evaluate(FOCUSED) == "More to do here"
    summary = page.locator(".tree summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Firewood")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Firewood"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/stove/firewood/$"))
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_no_single_key_is_a_shortcut(page: Page):
    """Who dictates, or touches a key by accident, sets nothing off."""
    page.goto(WATER)
    at_rest(page)
    page.locator("#main").focus()
    for key in map(chr, range(ord("!"), ord("~") + 1)):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == "main", key
    expect(page.locator(":popover-open, dialog[open]")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"{WATER}$"))


def test_every_focused_control_is_seen_to_be(page: Page):
    page.goto(WATER)
    at_rest(page)
    unseen = []
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        style = "getComputedStyle(document.activeElement)"
        outline = page.evaluate(f"{style}.outlineStyle + ' ' + {style}.boxShadow")
        if outline == "none none" and page.evaluate("document.activeElement.type") not in ("search", "radio"):
            unseen.append(page.evaluate(FOCUSED))
    assert unseen == []


@pytest.mark.parametrize("look", ["desk", "phone"])
@pytest.mark.parametrize("who", [None, EMAIL])
def test_nothing_moves_while_a_page_loads(
    visit: Visitors, session_of: Callable[[str], Any], look: str, who: str | None
):
    page = visit(**(PHONE if look == "phone" else {}), **({"storage_state": session_of(who)} if who else {}))
    page.goto(WATER)
    page.evaluate(SHIFTS)
    at_rest(page)
    page.evaluate("document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(done)))")
    assert page.evaluate("window.shifted") < 0.1


@pytest.mark.parametrize("look", ["desk", "phone"])
@pytest.mark.parametrize("who", [None, EMAIL])
def test_the_text_stays_where_it_is_however_late_its_fragments_come(
    visit: Visitors, session_of: Callable[[str], Any], look: str, who: str | None
):
    page = visit(**(PHONE if look == "phone" else {}), **({"storage_state": session_of(who)} if who else {}))
    held: list[Route] = []
    may_go = False

    def hold(route: Route) -> None:
        if may_go:
            route.continue_()
        else:
            held.append(route)

    page.route(FRAGMENTS, hold)
    page.goto(WATER)
    page.evaluate("document.fonts.ready")
    before = page.evaluate(TEXT_AT)
    assert held
    may_go = True
    for route in held:
        route.continue_()
    at_rest(page)
    expect(page.locator(".page-runs")).to_contain_text("Start" if who else "Members can run it")
    assert page.evaluate(TEXT_AT) == before


@pytest.mark.parametrize("size", [(320, 640), (640, 400)])
@pytest.mark.parametrize(
    "address",
    [
        "/",
        WATER,
        "/mountain-hut/-/tree/",
        "/mountain-hut/-/search/?q=water",
        "/mountain-hut/-/changes/",
        "EDIT",
    ],
)
def test_nothing_is_cut_off_at_320_pixels_or_enlarged_twice(
    visit: Visitors, session_of: Callable[[str], Any], hut: Hut, address: str, size: tuple[int, int]
):
    """640 pixels are what a screen of 1280 has left at 200 %."""
    page = visit(storage_state=session_of(EMAIL), viewport={"width": size[0], "height": size[1]})
    page.goto(address.replace("EDIT", f"/{hut.slug}/-/edit/{hut.water}/"))
    at_rest(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(COVERED) == []


def test_forced_colours_keep_marks_and_borders(visit: Visitors, session_of: Callable[[str], Any]):
    page = visit(storage_state=session_of(EMAIL), forced_colors="active", color_scheme="dark")
    page.goto(WATER)
    at_rest(page)
    screenshot(page, "forced-colours")
    current = page.locator(".tree [aria-current=page]")
    other = page.locator(".tree a:not([aria-current])").first
    assert current.evaluate(LOOK) != other.evaluate(LOOK)


def test_names_without_a_space_and_long_tabs_stay_within_a_narrow_page(visit: Visitors):
    page = visit()
    sign_up(page)
    slug = new_handbook(page, "H" * 100)
    address = write_page(page, slug, "W" * 200, f"[[{'x' * 200}]]\n\n- [ ] Look\n")
    write_page(page, slug, "x" * 200, f"See [[{'W' * 200}]].", below="W" * 200)
    history = page.get_by_role("link", name="History").last.get_attribute("href")
    page.set_viewport_size({"width": 320, "height": 640})
    for place in (page.url, address, history, "/"):
        page.goto(place)
        at_rest(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, place


def test_enlarged_four_times_nothing_lies_over_the_text_that_is_typed(
    visit: Visitors, session_of: Callable[[str], Any], hut: Hut
):
    page = visit(storage_state=session_of(EMAIL), viewport={"width": 320, "height": 256})
    page.goto(f"/{hut.slug}/-/edit/{hut.water}/")
    at_rest(page)
    page.locator("#edit-source").evaluate(
        "(one) => one.scrollIntoView({ block: 'center', behavior: 'instant' })"
    )
    seen = page.evaluate("[2, 128, innerHeight - 2].map((y) => document.elementFromPoint(160, y).id)")
    assert seen == ["edit-source"] * 3
