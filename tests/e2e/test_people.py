"""Inviting, coming, handing over, leaving, deleting, signing out elsewhere; with JavaScript and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import looks, new_handbook, sign_in, sign_up
from tests.services.browser import PHONE, Complaints, Visitors, accessibility_problems, screenshot

WAYS = {
    "desk": {},
    "phone-dark": {**PHONE, "color_scheme": "dark"},
    "without-javascript": {"java_script_enabled": False},
}


def invite(owner: Page, slug: str, role: str = "Editor") -> str:
    """The link of a new invitation."""
    owner.goto(f"/{slug}/-/members/")
    owner.get_by_role("radio", name=role).check()
    owner.get_by_role("button", name="Make the invitation").click()
    expect(owner.get_by_role("heading", name="The invitation is made")).to_be_visible()
    return owner.get_by_label("Link of the invitation").input_value()


@pytest.mark.parametrize("way", looks(WAYS))
def test_from_an_invitation_to_owning_the_handbook(visit: Visitors, complaints: Complaints, way: str):
    complaints.expect("410|404")  # what is used up, and what is left
    anna, bo = visit(**WAYS[way]), visit(**WAYS[way])
    sign_up(anna)
    slug = new_handbook(anna)
    address = invite(anna, slug)
    screenshot(anna, f"people-{way}-invited")

    bo.goto(address)
    expect(bo.get_by_role("heading", name="Mountain hut")).to_be_visible()
    screenshot(bo, f"people-{way}-invitation")
    bo.get_by_role("main").get_by_role("link", name="Make an account").click()
    bo.get_by_label("Name").fill("Bo")
    bo.get_by_label("E-mail address").fill(f"bo-{slug}@example.org")
    bo.get_by_label("Password").fill("mountain-hut-7")
    bo.get_by_role("button", name="Make my account").click()
    bo.get_by_role("button", name="Join as Bo").click()
    expect(bo.get_by_role("heading", name="Mountain hut", level=1)).to_be_visible()
    expect(bo).to_have_url(re.compile(f"/{slug}/$"))

    anna.goto(f"/{slug}/-/members/")
    anna.get_by_role("link", name="Hand the handbook over").click()
    screenshot(anna, f"people-{way}-hand-over")
    anna.get_by_role("radio", name="Become a reader").check()
    anna.get_by_role("button", name="Hand the handbook over").click()
    expect(anna.get_by_text("Saved.")).to_be_visible()
    anna.get_by_role("link", name="Leave").click()
    screenshot(anna, f"people-{way}-leave")
    anna.get_by_role("button", name="Leave").click()
    expect(anna.get_by_text("You have left “Mountain hut”.")).to_be_visible()
    anna.goto(f"/{slug}/")
    expect(anna.get_by_role("heading", name="Mountain hut")).to_have_count(0)

    anna.goto(address)
    expect(anna.get_by_role("heading", name="This invitation cannot be used")).to_be_visible()
    screenshot(anna, f"people-{way}-over")
    bo.goto(f"/{slug}/-/members/")
    bo.get_by_role("link", name="Leave").click()
    expect(bo.get_by_text("A handbook needs an owner, and there is no other.")).to_be_visible()


@pytest.mark.parametrize("way", looks(WAYS))
def test_a_handbook_is_deleted_and_taken_back(visit: Visitors, complaints: Complaints, way: str):
    complaints.expect("422|404")
    page, stranger = visit(**WAYS[way]), visit(**WAYS[way])
    sign_up(page)
    slug = new_handbook(page, public=True)
    page.goto(f"/{slug}/-/settings/")
    page.get_by_role("link", name="Delete").click()
    page.get_by_label("Its title").fill("Hut")
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not its title. Type “Mountain hut”.")
    screenshot(page, f"people-{way}-delete")
    page.get_by_label("Its title").fill("Mountain hut")
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("heading", name="“Mountain hut” is to be deleted")).to_be_visible()
    screenshot(page, f"people-{way}-deleted")
    stranger.goto(f"/{slug}/")
    expect(stranger.get_by_role("heading", name="Mountain hut")).to_have_count(0)
    page.goto("/-/account/")
    screenshot(page, f"people-{way}-account")
    page.get_by_role("button", name="Take back that Mountain hut is deleted").click()
    expect(page.get_by_text("Taken back: “Mountain hut” is as it was.")).to_be_visible()
    stranger.goto(f"/{slug}/")
    expect(stranger.get_by_role("heading", name="Mountain hut", level=1)).to_be_visible()


def test_the_link_of_an_invitation_is_copied_by_a_button(visit: Visitors):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    sign_up(page)
    address = invite(page, new_handbook(page))
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address
    assert accessibility_problems(page) == []


def test_the_look_of_a_handbook_follows_what_is_chosen(page: Page):
    sign_up(page)
    page.goto("/-/handbooks/new/")
    look = page.get_by_role("group", name="How it will look")
    tile = look.locator(".tile")
    expect(look).to_contain_text("Its title")
    before = tile.evaluate("each => getComputedStyle(each).backgroundColor")
    page.get_by_label("Title").fill("Mountain hut")
    page.get_by_role("radio", name="Rose").check()
    page.get_by_role("radio", name="Anchor").check()
    expect(look).to_contain_text("Mountain hut")
    expect(look).to_have_attribute("data-color", "rose")
    assert tile.evaluate("each => getComputedStyle(each).backgroundColor") != before
    drawn = tile.locator("svg").inner_html()
    assert drawn == page.locator("input[value=anchor] + .face svg").inner_html()
    assert accessibility_problems(page) == []
    screenshot(page, "settings-preview")


@pytest.mark.parametrize("way", looks(WAYS))
def test_a_session_is_ended_from_elsewhere(visit: Visitors, way: str):
    desk, phone = visit(**WAYS[way]), visit(**PHONE)
    email = sign_up(desk)
    sign_in(phone, email)
    desk.goto("/-/account/")
    desk.get_by_role("button", name="Sign out on").click()
    expect(desk.get_by_text("Signed out there.")).to_be_visible()
    screenshot(desk, f"people-{way}-sessions")
    phone.goto("/-/account/")
    expect(phone.get_by_role("heading", name="Sign in")).to_be_visible()


def test_too_many_wrong_passwords_are_told_how_long_to_wait(page: Page, complaints: Complaints):
    complaints.expect("422|429")
    for _ in range(5):
        page.goto("/-/sign-in/")
        page.get_by_label("E-mail address").fill("nobody-at-all@example.org")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Please wait 15 minutes, then try again.")
    assert accessibility_problems(page) == []
    screenshot(page, "sign-in-waits")
