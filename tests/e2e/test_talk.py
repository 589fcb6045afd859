"""Talking about a page as people do: with and without scripts, by mouse, keys and thumb."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.hut import EDITOR_EMAIL, READER_EMAIL, SLUG
from tests.e2e.steps import at_rest, held, new_handbook, sign_up, write_page
from tests.services.browser import (
    DESKTOP,
    PHONE,
    Complaints,
    Visitors,
    accessibility_problems,
    screenshot,
)

TEXT = "The spring is behind the hut.\n\n## What to bring\n\nTwo cans.\n\n```sh\nfetch\n```"
REFUSED = "status of 422"
pytestmark = pytest.mark.usefixtures("hut")


@pytest.fixture
def owner(page: Page) -> Page:
    """Somebody at a page of their own handbook."""
    sign_up(page)
    slug = new_handbook(page)
    page.goto(write_page(page, slug, "Water", TEXT))
    return page


def talk_of(page: Page) -> None:
    page.locator(".page-facts").get_by_role("link", name="Talk").click()
    expect(page.get_by_role("heading", name="Talk", level=1)).to_be_visible()


def write(place: Page | Locator, words: str, button: str = "Send") -> None:
    place.get_by_label("Your comment").fill(words)
    place.get_by_role("button", name=button).click()


class TestWithoutScripts:
    def test_all_of_it_works_by_forms_alone(self, visit: Visitors):
        page = visit(java_script_enabled=False)
        sign_up(page)
        slug = new_handbook(page)
        page.goto(write_page(page, slug, "Water", TEXT))
        talk_of(page)
        expect(page.get_by_text("Nobody has said anything yet")).to_be_visible()
        page.get_by_role("link", name="Comment on this page").click()
        page.get_by_label("About").select_option(label="Two cans.")
        write(page, "Three, *rather*. @anna")
        expect(page).to_have_url(re.compile(r"/-/talk/.*/#c-"))
        expect(page.get_by_role("link", name="Two cans.")).to_be_visible()
        expect(page.locator(".mention")).to_have_text("@Anna")
        page.get_by_role("link", name="Reply").click()
        write(page, "So be it.")
        page.get_by_role("link", name="Edit or delete").last.click()
        write(page, "So it is.", "Save")
        expect(page.get_by_text("So it is.")).to_be_visible()
        page.get_by_role("link", name="Resolve").click()
        page.get_by_role("button", name="Resolve").click()
        page.get_by_role("link", name="Reopen").click()  # unfolded: the address names what is in it
        page.get_by_role("button", name="Reopen").click()
        page.get_by_role("link", name="Edit or delete").first.click()
        page.get_by_text("Delete this comment").click()
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("A comment by Anna was deleted.")).to_be_visible()
        page.get_by_role("link", name="Two cans.").click()
        expect(page).to_have_url(re.compile(r"/water/#b-\w{10}$"))


class TestInPlace:
    def test_one_answers_changes_and_settles_without_leaving(self, owner: Page, complaints: Complaints):
        complaints.expect(REFUSED)
        page = owner
        talk_of(page)
        here = page.url
        page.get_by_role("link", name="Comment on this page").click()
        write(page.locator(".remark-box"), "Is it cold?")
        first = page.locator(".comment")
        expect(first).to_have_count(1)
        expect(first).to_be_focused()
        page.get_by_role("link", name="Reply").click()
        box = page.locator(".thread .remark-box")
        expect(box.get_by_label("Your comment")).to_be_focused()
        write(box, "Very, @Nobody.")
        expect(page.locator(".comment")).to_have_count(2)
        expect(page.get_by_text("Nobody here is called “Nobody”")).to_be_visible()
        page.get_by_role("link", name="Edit or delete").last.click()
        write(box, "   ", "Save")
        expect(box.get_by_role("alert")).to_contain_text("A comment has 1 to 10000 characters")
        assert accessibility_problems(page) == []
        write(box, "Very cold.", "Save")
        expect(page.get_by_text("Very cold.")).to_be_visible()
        page.get_by_role("link", name="Resolve").click()
        expect(page.get_by_text("Resolved by Anna")).to_be_visible()
        page.get_by_role("link", name="Reopen").click()
        expect(page.get_by_role("link", name="Resolve")).to_be_visible()
        assert page.url == here

    def test_cancel_leads_back_to_where_one_was(self, owner: Page):
        talk_of(owner)
        link = owner.get_by_role("link", name="Comment on this page")
        link.click()
        owner.get_by_role("link", name="Cancel").click()
        expect(owner.locator(".remark-box")).to_have_count(0)
        expect(link).to_be_focused()

    def test_a_second_press_while_the_form_is_awaited_is_none(self, owner: Page):
        talk_of(owner)
        routes = held(owner, "**/new/**")
        with owner.expect_request("**/new/**"):
            owner.get_by_role("link", name="Comment on this page").dblclick()
        for route in routes:
            route.continue_()
        box = owner.locator(".remark-box")
        expect(box.get_by_label("Your comment")).to_be_focused()
        expect(box).to_have_count(1)
        assert len(routes) == 1

    def test_what_cannot_be_sent_stays_where_it_was_typed(self, owner: Page, complaints: Complaints):
        complaints.expect("ERR_INTERNET_DISCONNECTED|Failed to load")
        talk_of(owner)
        owner.get_by_role("link", name="Comment on this page").click()
        box = owner.locator(".remark-box")
        expect(box.get_by_label("Your comment")).to_be_focused()
        owner.context.set_offline(True)
        write(box, "Long and dear words.")
        expect(box.get_by_role("alert")).to_contain_text("could not be sent")
        expect(box.get_by_label("Your comment")).to_have_value("Long and dear words.")
        owner.context.set_offline(False)
        box.get_by_role("button", name="Send").click()
        expect(owner.locator(".comment")).to_contain_text("Long and dear words.")

    def test_a_form_being_filled_in_outlives_what_is_sent_from_another(self, owner: Page):
        talk_of(owner)
        new = owner.get_by_role("link", name="Comment on this page")
        for words in ("One", "Two"):
            new.click()
            write(owner.locator(".remark-box"), words)
            expect(owner.locator(".comment")).to_contain_text([words] if words == "One" else ["One", "Two"])
        owner.get_by_role("link", name="Reply").first.click()
        kept = owner.locator(".thread").first.get_by_label("Your comment")
        kept.fill("Half a thought")
        owner.get_by_role("link", name="Reply").last.click()
        write(owner.locator(".thread").last, "Three")
        expect(owner.locator(".comment")).to_have_count(3)
        expect(kept).to_have_value("Half a thought")


class TestBesideTheText:
    def test_the_pointer_brings_a_link_to_each_part(self, owner: Page):
        here = owner.locator(".talk-margin a.talk-here")
        expect(here).to_have_count(1)
        for text, words in (("The spring", "The spring is behind"), ("fetch", "fetch")):
            owner.locator(".prose").get_by_text(text).hover()
            expect(here).to_have_accessible_name(re.compile(f"^Comment on this part: {words}"))
        here.click()
        expect(owner.locator(".about")).to_have_text("fetch")
        write(owner, "Which one?")
        owner.get_by_role("link", name="fetch").click()
        mark = owner.locator("a.talk-mark")
        expect(mark).to_have_accessible_name("1 comment on this part")
        at_rest(owner)
        screenshot(owner, "talk-margin")
        assert accessibility_problems(owner) == []
        mark.click()
        expect(owner.get_by_text("Which one?")).to_be_visible()

    def test_keys_go_from_part_to_part(self, owner: Page):
        here = owner.locator(".talk-margin a.talk-here")
        here.focus()
        expect(here).to_have_accessible_name(re.compile("The spring"))
        for words in ("What to bring", "Two cans", "fetch", "fetch"):
            owner.keyboard.press("ArrowDown")
            expect(here).to_have_accessible_name(re.compile(words))
        owner.keyboard.press("ArrowUp")
        owner.keyboard.press("Enter")
        expect(owner.locator(".about")).to_have_text("Two cans.")

    def test_a_thumb_does_so_too(self, visit: Visitors, session_of: Callable[[str], Any]):
        page = visit(**PHONE, storage_state=session_of(READER_EMAIL))
        page.goto(f"/{SLUG}/water/")
        at_rest(page)
        expect(page.locator("a.talk-mark")).to_have_count(2)
        page.get_by_role("heading", name="How to fetch it").tap()
        page.locator(".talk-margin a.talk-here").tap()
        expect(page.locator(".about")).to_have_text("How to fetch it")
        screenshot(page, "talk-new-phone")

    def test_visitors_see_a_plain_link_and_fetch_nothing_of_it(self, page: Page):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"/{SLUG}/water/")
        at_rest(page)
        assert [url for url in asked if "/talk/" in url] == []
        expect(page.locator(".talk-margin, .talk-mark")).to_have_count(0)
        page.locator(".page-facts").get_by_role("link", name="Talk").click()
        expect(page).to_have_url(re.compile("/-/sign-in/"))


class TestMentions:
    def test_names_are_offered_while_one_types(self, visit: Visitors, session_of: Callable[[str], Any]):
        page = visit(storage_state=session_of(EDITOR_EMAIL))
        page.goto(f"/{SLUG}/stove/")
        talk_of(page)
        page.get_by_role("link", name="Comment on this page").click()
        field = page.get_by_label("Your comment")
        field.press_sequentially("Ask @or")
        options = page.locator(".mention-list").get_by_role("option")
        expect(options).to_have_text(["Olga Ortiz"])
        assert accessibility_problems(page) == []
        screenshot(page, "talk-mention")
        field.press("Enter")
        expect(field).to_have_value("Ask @Olga Ortiz ")
        field.press_sequentially("or @")
        expect(options).to_have_text(["Editor", "Olga Ortiz", "Reader"])
        field.press("ArrowDown")
        field.press("ArrowDown")
        field.press("Tab")
        expect(field).to_have_value("Ask @Olga Ortiz or @Reader ")
        field.press_sequentially("@ed")
        expect(options).to_have_text(["Editor"])
        field.press("Escape")
        expect(options).to_have_count(0)
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".mention")).to_have_text(["@Olga Ortiz", "@Reader"])

    def test_a_name_is_chosen_where_the_press_ends(self, visit: Visitors, session_of: Callable[[str], Any]):
        page = visit(storage_state=session_of(EDITOR_EMAIL))
        page.goto(f"/{SLUG}/stove/")
        talk_of(page)
        page.get_by_role("link", name="Comment on this page").click()
        field = page.get_by_label("Your comment")
        field.press_sequentially("@")
        options = page.locator(".mention-list").get_by_role("option")
        options.filter(has_text="Reader").hover()
        page.mouse.down()
        expect(field).to_have_value("@")
        page.get_by_role("heading", name="Talk", level=1).hover()
        page.mouse.up()
        expect(field).to_have_value("@")
        expect(field).to_be_focused()
        options.filter(has_text="Olga").click()
        expect(field).to_have_value("@Olga Ortiz ")
        expect(field).to_be_focused()
        expect(options).to_have_count(0)


def test_what_is_anothers_to_change_is_offered_to_owners_alone(
    visit: Visitors, owner: Page, session_of: Callable[[str], Any]
):
    page = visit(storage_state=session_of(READER_EMAIL), **DESKTOP)
    page.goto(f"/{SLUG}/water/")
    talk_of(page)
    at_rest(page)
    own = page.get_by_role("link", name=re.compile("Edit or delete"))
    expect(own.first).to_be_visible()
    names = own.all_text_contents()
    assert {name.strip() for name in names if name} >= {"Edit or delete the comment by Reader"}
    shown = [each for each in own.all() if each.is_visible()]
    assert {each.text_content() for each in shown} == {"Edit or delete the comment by Reader"}
