"""One page is edited in two windows, and one person comes back to text that was never saved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.hut import EDITOR_EMAIL, EMAIL, Hut
from tests.e2e.steps import edit, new_handbook, sign_in, sign_out, sign_up, source_of, write_page
from tests.services.browser import PHONE, Visitors, accessibility_problems, screenshot

TEXT = "Light it with dry wood.\n\nOpen the flap.\n\nNever leave it alone."
MERGE = "Open the flap wide."


@pytest.fixture
def two(visit: Visitors) -> tuple[Page, Page]:
    """The same person at two desks, both with the edit page of one document open."""
    return opened_twice(visit)


def opened_twice(visit: Visitors, **options: object) -> tuple[Page, Page]:
    one, other = visit(), visit(**options)
    email = sign_up(one)
    address = write_page(one, new_handbook(one), "Stove", TEXT)
    sign_in(other, email)
    for page in (one, other):
        page.goto(address)
        edit(page)
    return one, other


def save(page: Page, text: str) -> None:
    source_of(page).fill(text)
    page.get_by_role("button", name="Save", exact=True).click()


def saved(page: Page) -> None:
    expect(page).to_have_url(re.compile("/stove/$"))


def test_changes_of_different_parts_come_together_by_themselves(two: tuple[Page, Page]):
    one, other = two
    save(one, TEXT.replace("dry wood", "birch bark"))
    saved(one)
    save(other, TEXT.replace("alone", "burning"))
    saved(other)
    expect(other.locator(".prose")).to_contain_text("Light it with birch bark.")
    expect(other.locator(".prose")).to_contain_text("Never leave it burning.")


def clash(one: Page, other: Page) -> None:
    save(one, TEXT.replace("Open the flap.", "Open the flap slowly."))
    saved(one)
    save(other, TEXT.replace("Open the flap.", MERGE))
    expect(other.get_by_role("heading", name="You saved this page in another tab")).to_be_visible()


def test_a_conflict_shows_both_and_what_was_before_and_is_decided_by_mouse(
    two: tuple[Page, Page], complaints
):
    complaints.expect("409")
    one, other = two
    clash(one, other)
    sides = other.locator(".side")
    expect(sides).to_have_count(2)
    expect(sides.nth(0)).to_contain_text(MERGE)
    expect(sides.nth(1)).to_contain_text("Open the flap slowly.")
    other.get_by_text("How it was before").click()
    expect(other.locator(".was .raw")).to_have_text("Open the flap.")
    assert accessibility_problems(other) == []
    screenshot(other, "conflict-desk")
    sides.nth(0).click()
    other.get_by_role("button", name="Save this").click()
    saved(other)
    expect(other.locator(".prose")).to_contain_text(MERGE)
    expect(other.locator(".prose")).not_to_contain_text("slowly")


def test_a_conflict_is_decided_by_keyboard(two: tuple[Page, Page], complaints):
    complaints.expect("409")
    one, other = two
    clash(one, other)
    page = other
    page.locator(".skip").focus()
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="From the other tab")).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Both, the other tab’s first")).to_be_checked()
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator(".prose")).to_contain_text("Open the flap slowly.")
    expect(page.locator(".prose")).to_contain_text(MERGE)


def test_a_conflict_on_a_phone_by_night_is_written_anew(visit: Visitors, complaints):
    complaints.expect("409")
    one, other = opened_twice(visit, **PHONE, color_scheme="dark")
    clash(one, other)
    screenshot(other, "conflict-phone-dark")
    assert accessibility_problems(other) == []
    other.get_by_label("Your own wording of this part").fill("Open the flap, wide and slowly.")
    other.get_by_role("radio", name="Write it anew:").check()
    other.get_by_role("button", name="Save this").click()
    saved(other)
    expect(other.locator(".prose")).to_contain_text("wide and slowly")


def test_a_conflict_without_a_choice_is_not_saved(visit: Visitors, complaints):
    complaints.expect("409|422")
    one, other = opened_twice(visit, java_script_enabled=False)
    clash(one, other)
    other.evaluate("document.querySelectorAll('[required]').forEach((field) => field.required = false)")
    other.get_by_role("button", name="Save this").click()
    expect(other.get_by_text("Choose for every part what shall stand.")).to_be_visible()
    expect(other.locator(".side").first).to_contain_text(MERGE)


def new_page(page: Page) -> str:
    sign_up(page)
    return write_page(page, new_handbook(page), "Stove", TEXT)


@pytest.mark.parametrize("scripts", [True, False])
def test_going_back_after_saving_a_new_page_edits_that_page(visit: Visitors, scripts: bool):
    page = visit(java_script_enabled=scripts)
    address = new_page(page)
    page.go_back()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Stove")
    expect(source_of(page)).to_have_value(TEXT)
    source_of(page).fill(f"{TEXT}\n\nOnce more.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(address)
    expect(page.locator(".prose")).to_contain_text("Once more.")


def test_text_of_a_closed_tab_is_offered_and_taken_back(page: Page):
    address = new_page(page)
    edit(page)
    at = page.url
    source_of(page).fill(f"{TEXT}\n\nTyped and lost.")
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(at)
    expect(again.get_by_text("Text from this device was never saved.")).to_be_visible()
    screenshot(again, "editor-unsent")
    again.get_by_role("button", name="Take it back").click()
    expect(source_of(again)).to_have_value(f"{TEXT}\n\nTyped and lost.")
    again.get_by_role("button", name="Save", exact=True).click()
    expect(again).to_have_url(address)
    again.goto(at)
    expect(again.get_by_text("Text from this device was never saved.")).to_be_hidden()


def test_thrown_away_text_is_not_offered_again(page: Page):
    new_page(page)
    edit(page)
    at = page.url
    source_of(page).fill("Typed and lost.")
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(at)
    again.get_by_role("button", name="Throw it away").click()
    expect(source_of(again)).to_have_value(TEXT)
    again.reload()
    expect(again.get_by_text("Text from this device was never saved.")).to_be_hidden()


def test_text_that_was_left_is_offered_to_whoever_typed_it_alone(page: Page, hut: Hut):
    offer = page.get_by_text("Text from this device was never saved.")
    address = f"/{hut.slug}/-/edit/{hut.stove}/"
    sign_in(page, EMAIL)
    page.goto(address)
    text = source_of(page).input_value()
    source_of(page).fill("Of Olga, and secret.")
    page.once("dialog", lambda dialog: dialog.accept())
    sign_out(page)
    sign_in(page, EDITOR_EMAIL)
    page.goto(address)
    expect(page.locator(".preview")).to_be_visible()
    expect(offer).to_be_hidden()
    sign_out(page)
    sign_in(page, EMAIL)
    page.goto(address)
    expect(offer).to_be_visible()
    expect(source_of(page)).to_have_value(text)
    page.get_by_role("button", name="Take it back").click()
    expect(source_of(page)).to_have_value("Of Olga, and secret.")


def test_control_s_saves(page: Page):
    address = new_page(page)
    edit(page)
    source_of(page).fill("Saved from the keyboard.")
    page.keyboard.press("Control+s")
    expect(page).to_have_url(address)
    expect(page.get_by_text("Saved from the keyboard.")).to_be_visible()


def test_leaving_with_unsaved_text_asks_first_and_without_any_does_not(page: Page):
    address = new_page(page)
    edit(page)
    source_of(page).press_sequentially("X")
    asked = []

    def stay(dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    with page.expect_event("dialog"):
        page.evaluate("void setTimeout(() => document.querySelector('.brand').click())")
    assert asked == ["beforeunload"]
    expect(source_of(page)).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(address)
    edit(page)
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(address)


def test_what_was_typed_before_the_script_came_is_kept_too(page: Page):
    address = new_page(page)

    def late(route: Route) -> None:
        source_of(page).fill("Typed early.")
        route.continue_()

    page.route("**/editor*.js", late, times=1)
    edit(page)
    page.once("dialog", lambda dialog: dialog.accept())
    with page.expect_event("dialog"):
        page.goto(address)
    edit(page)
    page.get_by_role("button", name="Take it back").click()
    expect(source_of(page)).to_have_value("Typed early.")


def test_a_refused_save_keeps_what_was_typed(page: Page, complaints):
    complaints.expect("422")
    new_page(page)
    edit(page)
    page.get_by_label("Title", exact=True).fill("   ")
    save(page, "Worth keeping.")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(source_of(page)).to_have_value("Worth keeping.")


@pytest.mark.sqlite_only("Nothing of it comes to the server.")
def test_a_text_above_the_limit_is_refused_before_it_is_sent(page: Page):
    sign_up(page)
    page.goto(f"/{new_handbook(page)}/-/new/")
    page.get_by_label("Title", exact=True).fill("Log")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    text = "A line of the log of the hut.\n" * 34_000
    source_of(page).evaluate(
        "(one, text) => { one.value = text; one.dispatchEvent(new InputEvent('input', {bubbles: true})); }",
        text,
    )
    said = page.get_by_text("The text is larger than 1 MB")
    expect(said).to_be_visible()
    page.get_by_role("button", name="Save as draft").click()
    assert source_of(page).input_value() == text
    assert sent == []
    source_of(page).fill("Short.")
    expect(page.locator("#preview")).to_have_text("Short.")
    expect(said).to_be_hidden()
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_role("heading", name="Log", level=1)).to_be_visible()
