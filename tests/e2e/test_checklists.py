"""Running a checklist as people do: on a phone, two at once, with and without scripts, off line, to paper."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.files import picture
from tests.e2e.hut import EMAIL, READER_EMAIL, Hut
from tests.e2e.steps import at_rest, new_handbook, sign_up, write_page
from tests.services.browser import ONE_DATABASE, PHONE, Visitors, screenshot

TASKS = """## Before you enter

- [ ] (!) Look at the *chimney*
- [ ] Knock on the [gas bottles](https://example.org/)

## Inside

- [ ] Open the shutters
"""


def begin(page: Page, title: str = "Opening", text: str = TASKS) -> str:
    """A run of a new page in a handbook of its own; its address."""
    sign_up(page)
    slug = new_handbook(page)
    write_page(page, slug, title, text)
    at_rest(page)
    if page.get_by_role("link", name="Run this checklist").count():  # without scripts
        page.get_by_role("link", name="Run this checklist").click()
    page.get_by_role("link", name="Start this checklist").click()
    page.get_by_label("Name of this checklist").fill(f"{title} in May")
    page.get_by_label("Due").fill("2026-05-02")
    page.get_by_role("checkbox", name="Anna").check()
    page.get_by_role("button", name="Start this checklist").click()
    expect(page.get_by_role("heading", name=f"{title} in May", level=1)).to_be_visible()
    return page.url.partition("#")[0]


def box(page: Page, words: str) -> Locator:
    return page.get_by_role("checkbox", name=words)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("look", [{}, pytest.param(PHONE, marks=ONE_DATABASE)], ids=["desk", "phone"])
def test_from_the_start_to_the_record(visit: Visitors, scripts: bool, look: dict[str, object]):
    page = visit(java_script_enabled=scripts, **look)
    work = begin(page)
    box(page, "Look at the chimney").click()
    expect(box(page, "Look at the chimney")).to_be_checked()
    expect(page.get_by_text("1 of 3 done")).to_be_visible()
    expect(page.locator("#main")).to_contain_text("Anna ·")
    box(page, "Open the shutters").click()
    expect(page.get_by_text("2 of 3 done")).to_be_visible()
    box(page, "Open the shutters").click()
    expect(box(page, "Open the shutters")).not_to_be_checked()
    expect(page.get_by_text("1 of 3 done")).to_be_visible()

    page.get_by_role("link", name="Note, photo or not applicable: Knock").click()
    page.get_by_label("Note").fill("One is empty.")
    page.get_by_label("Photo").set_input_files(
        {"name": "gas.png", "mimeType": "image/png", "buffer": picture()}
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("One is empty.")).to_be_visible()
    page.get_by_role("button", name="Not applicable").click()
    expect(page).to_have_url(re.compile(re.escape(work) + "#item-"))
    expect(page.get_by_text("2 of 3 done")).to_be_visible()
    expect(page.locator(".run-photo img")).to_have_js_property("complete", True)

    page.get_by_label("Signed by").fill("Anna A.")
    page.get_by_role("button", name="Finish this checklist").click()
    expect(page.get_by_text("This checklist is finished.")).to_be_visible()
    page.get_by_role("link", name="Record").click()
    expect(page.locator("#main")).to_contain_text("Finished by Anna, signed “Anna A.”")
    expect(page.get_by_role("link", name="Photo by Anna: Knock on the gas bottles")).to_be_visible()
    expect(page.locator("#main form")).to_have_count(0)

    page.goto(work)
    page.get_by_role("link", name="Reopen it").click()
    page.get_by_label("Why?").fill("The shutters were forgotten.")
    page.get_by_role("button", name="Reopen", exact=True).click()
    expect(page.locator("#main")).to_contain_text("Reopened by Anna: The shutters were forgotten.")


@ONE_DATABASE
def test_the_last_row_of_a_line_that_wraps_ticks_too(visit: Visitors):
    page = visit(**PHONE)
    begin(page, text=f"- [ ] {'Look behind the hut. ' * 6}[Gas](https://example.org/)\n")
    line = page.locator(".run-item")
    height = line.evaluate("one => one.getBoundingClientRect().height")
    line.tap(position={"x": 150, "y": height - 8})
    expect(box(page, "Look behind")).to_be_checked()
    page.get_by_role("link", name="Gas").click(trial=True)


def test_what_must_be_done_is_named_with_a_way_to_it(page: Page, complaints):
    complaints.expect("422")
    begin(page)
    page.get_by_role("button", name="Finish this checklist").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("These items must be done")
    alert.get_by_role("link", name="Look at the chimney").click()
    expect(page.locator(":target")).to_contain_text("Look at the chimney")


def test_a_tick_does_not_leave_the_page_and_the_keyboard_stays_where_it_was(page: Page):
    begin(page)
    page.evaluate("window.same = true")
    box(page, "Look at the chimney").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 of 3 done")).to_be_visible()
    expect(box(page, "Look at the chimney")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 of 3 done")).to_be_visible()
    assert page.evaluate("window.same") is True
    expect(page.locator("#run-progress")).to_have_attribute("aria-live", "polite")


def test_the_whole_line_ticks_but_for_its_links(page: Page):
    begin(page)
    words = page.get_by_text("Open the shutters", exact=True).bounding_box()
    assert words is not None
    page.mouse.click(words["x"] + 20, words["y"] + 10)
    expect(box(page, "Open the shutters")).to_be_checked()
    expect(page.get_by_text("1 of 3 done")).to_be_visible()
    with page.expect_request("https://example.org/") as asked:
        page.route("https://example.org/", lambda route: route.fulfill(body="elsewhere"))
        page.get_by_role("link", name="gas bottles", exact=True).click()
    assert asked.value.method == "GET"


def test_a_tick_that_could_not_be_sent_is_taken_back_says_so_and_can_be_tried_again(page: Page, complaints):
    complaints.expect("ERR_FAILED")
    work = begin(page)
    page.route(work, lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    box(page, "Open the shutters").click()
    failed = page.get_by_role("alert")
    expect(failed).to_have_text("Not saved. Look at your connection and try again.")
    expect(box(page, "Open the shutters")).not_to_be_checked()
    expect(page.get_by_text("0 of 3 done")).to_be_visible()
    page.unroute(work)
    box(page, "Open the shutters").click()
    expect(page.get_by_text("1 of 3 done")).to_be_visible()
    expect(failed).to_be_hidden()


def test_a_tick_shows_before_the_server_has_answered(page: Page):
    work = begin(page)
    held: list[Route] = []
    page.route(work, lambda route: held.append(route))  # noqa: PLW0108 - it takes no built-in function
    with page.expect_request(work):
        box(page, "Open the shutters").click()
    expect(box(page, "Open the shutters")).to_be_checked()
    expect(page.get_by_text("0 of 3 done")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_text("1 of 3 done")).to_be_visible()


def test_a_tick_in_a_run_that_somebody_finished_says_why_not(visit: Visitors, complaints):
    complaints.expect("422")
    page = visit()
    work = begin(page)
    box(page, "Look at the chimney").click()
    expect(page.get_by_text("1 of 3 done")).to_be_visible()
    other = page.context.new_page()
    other.goto(work)
    other.get_by_role("button", name="Finish this checklist").click()
    expect(other.get_by_text("This checklist is finished.")).to_be_visible()
    box(page, "Open the shutters").click()
    expect(page.get_by_role("alert")).to_have_text(
        "This checklist is finished, so nothing was changed. Reopen it first."
    )
    expect(box(page, "Open the shutters")).not_to_be_checked()


def test_two_people_tick_and_both_ticks_stand(visit: Visitors, session_of, hut: Hut):
    olga, rosa = (visit(storage_state=session_of(email)) for email in (EMAIL, READER_EMAIL))
    olga.goto(f"/{hut.slug}/-/runs/of/{hut.water}/start/")
    olga.get_by_label("Name of this checklist").fill("Both")
    olga.get_by_role("button", name="Start this checklist").click()
    expect(olga.get_by_text("0 of 2 done")).to_be_visible()
    rosa.goto(olga.url)
    box(olga, "cans").click()
    expect(olga.get_by_text("1 of 2 done")).to_be_visible()
    box(rosa, "cups").click()
    expect(rosa.get_by_text("2 of 2 done")).to_be_visible()
    expect(box(rosa, "cans")).to_be_checked()
    expect(box(olga, "cups")).not_to_be_checked()
    olga.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as who comes back to the tab
    expect(box(olga, "cups")).to_be_checked()
    expect(olga.get_by_text("2 of 2 done")).to_be_visible()
    rosa.get_by_role("link", name="Record").click()
    for words, name in (("cans", "Olga Ortiz"), ("cups", "Reader")):
        expect(rosa.locator(".run-item", has_text=words)).to_contain_text(f"{name} ·")


def test_the_page_leads_to_its_open_runs_for_members_alone(visit: Visitors, session_of, hut: Hut):
    rosa = visit(storage_state=session_of(READER_EMAIL))
    rosa.goto(f"/{hut.slug}/-/runs/of/{hut.water}/start/")
    rosa.get_by_role("button", name="Start this checklist").click()
    expect(rosa.get_by_text("0 of 2 done")).to_be_visible()
    rosa.goto(f"/{hut.slug}/water/")
    rosa.locator(".runs-open summary").click()
    rosa.get_by_role("link", name="Fetching water, May").click()
    expect(rosa.get_by_role("heading", name="Fetching water, May", level=1)).to_be_visible()
    rosa.get_by_role("button", name="More to do here").click()
    rosa.get_by_role("link", name="Checklists", exact=True).first.click()
    visitor = visit()
    visitor.goto(f"/{hut.slug}/water/")
    expect(visitor.locator(".page-runs a")).to_have_count(0)
    expect(visitor.locator("#main")).not_to_contain_text("Fetching water")


def test_my_work_shows_what_is_mine(visit: Visitors, session_of, hut: Hut):
    page = visit(storage_state=session_of(EMAIL))
    page.goto("/-/me/")
    panel = page.get_by_role("region", name="Your open checklists")
    row = panel.get_by_role("listitem").filter(has_text="Fetching water, May")
    expect(row).to_contain_text("Overdue Due 2 May 2026")
    row.get_by_role("link").click()
    expect(page.get_by_text("2 of 2 done")).to_be_visible()


def test_the_record_prints_without_what_is_for_screens(visit: Visitors, session_of, hut: Hut):
    page = visit(storage_state=session_of(EMAIL), color_scheme="dark")
    page.goto(f"/{hut.slug}/-/runs/{hut.finished}/")
    page.emulate_media(media="print")
    for shown in (".run-facts", ".run-item .tick", ".run-history"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (".top", ".sides", ".foot", ".crumbs"):
        expect(page.locator(hidden).first).to_be_hidden()
    screenshot(page, "checklist-on-paper")


def test_times_are_those_of_ones_own_clock(visit: Visitors, session_of, hut: Hut):
    page = visit(storage_state=session_of(EMAIL), timezone_id="Asia/Tokyo")
    page.goto(f"/{hut.slug}/-/runs/{hut.finished}/")
    time = page.locator(".run-history time").first
    at = datetime.fromisoformat(time.get_attribute("datetime") or "").astimezone(ZoneInfo("Asia/Tokyo"))
    expect(time).to_have_text(f"{at.day} {at:%B %Y, %H:%M} GMT+9")
    expect(time).to_have_attribute("title", re.compile(" UTC$"))
    plain = visit(storage_state=session_of(EMAIL), timezone_id="Asia/Tokyo", java_script_enabled=False)
    plain.goto(page.url)
    expect(plain.locator(".run-history time").first).to_have_text(re.compile(" UTC$"))


def test_the_progress_stays_in_sight_on_a_phone(visit: Visitors):
    page = visit(**PHONE)
    sign_up(page)
    slug = new_handbook(page)
    write_page(page, slug, "Long", "\n".join(f"- [ ] Step {n}" for n in range(40)))
    document = re.search(r"document=([0-9a-f-]+)", page.content())[1]
    page.goto(f"/{slug}/-/runs/of/{document}/start/")
    page.get_by_role("button", name="Start this checklist").click()
    box(page, "Step 39").scroll_into_view_if_needed()
    expect(page.locator("#run-progress")).to_be_in_viewport()
    box(page, "Step 39").tap()
    expect(page.get_by_text("1 of 40 done")).to_be_in_viewport()
    size = box(page, "Step 39").bounding_box()
    assert size is not None
    assert min(size["width"], size["height"]) >= 44
