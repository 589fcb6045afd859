"""A person's walk in a real browser: account, handbook, members, password by mail, and staff's pages."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.services.browser import PHONE, Visitors, accessibility_problems, screenshot
from tests.services.site import Site

PASSWORD = "mountain-hut-7"


def sign_up(page: Page, name: str) -> str:
    email = f"{name.lower()}-{uuid4().hex[:8]}@example.org"
    page.goto("/-/sign-up/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("heading", name="Yours")).to_be_visible()
    return email


def new_handbook(page: Page, title: str) -> str:
    slug = f"hut-{uuid4().hex[:8]}"
    page.goto("/-/handbooks/new/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Address").fill(slug)
    page.get_by_label("Rose").check()
    page.get_by_role("button", name="Make this handbook").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    return slug


def test_a_person_signs_up_opens_a_handbook_and_invites_another(visit: Visitors):
    anna, bo = visit(), visit(**PHONE)
    sign_up(anna, "Anna")
    sign_up(bo, "Bo")
    slug = new_handbook(anna, "Mountain hut")
    anna.goto(f"/{slug}/-/members/")
    anna.get_by_role("radio", name="Editor").check()
    anna.get_by_role("button", name="Make the invitation").click()
    expect(anna.get_by_role("heading", name="The invitation is made")).to_be_visible()
    assert accessibility_problems(anna) == []
    screenshot(anna, "members")
    bo.goto(anna.get_by_label("Link of the invitation").input_value())
    assert accessibility_problems(bo) == []
    screenshot(bo, "invitation-phone")
    bo.get_by_role("button", name="Join as Bo").click()
    expect(bo.get_by_role("heading", name="Mountain hut", level=1)).to_be_visible()
    bo.goto(f"/{slug}/-/members/")
    assert accessibility_problems(bo) == []
    screenshot(bo, "members-of-an-editor-phone")
    bo.get_by_role("link", name="Leave").click()
    bo.get_by_role("button", name="Leave").click()
    expect(bo.get_by_text("You are not a member of any handbook yet.")).to_be_visible()


def test_every_page_of_people_is_fit_for_everybody(visit: Visitors):
    page = visit()
    for address in (
        "/-/sign-in/",
        "/-/sign-up/",
        "/-/password/reset/",
        "/-/password/reset/sent/",
        "/-/signed-out/",
    ):
        page.goto(address)
        assert accessibility_problems(page) == [], address
    sign_up(page, "Anna")
    slug = new_handbook(page, "Hut")
    for address in (
        "/",
        "/-/account/",
        "/-/password/",
        "/-/sign-out/",
        "/-/handbooks/new/",
        f"/{slug}/-/settings/",
    ):
        page.goto(address)
        assert accessibility_problems(page) == [], address
        screenshot(page, "people" + re.sub(r"[^a-z]+", "-", address.replace(slug, "")).rstrip("-"))


def test_a_refused_form_keeps_what_was_typed(visit: Visitors, complaints):
    complaints.expect("422")
    page = visit()
    page.goto("/-/sign-up/")
    page.get_by_label("Name").fill("Anna")
    page.get_by_label("E-mail address").fill("anna@example.org")
    page.get_by_label("Password").fill("password1")
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("alert")).to_contain_text("This password is too common.")
    expect(page.get_by_label("Name")).to_have_value("Anna")
    expect(page.get_by_label("E-mail address")).to_have_value("anna@example.org")
    expect(page.get_by_label("Password")).to_have_value("")
    assert accessibility_problems(page) == []


def test_a_forgotten_password_is_replaced_by_mail(visit: Visitors, site: Site):
    page = visit()
    email = sign_up(page, "Olga")
    page.goto("/-/sign-out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.goto("/-/password/reset/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(mailed_link(site, email, page))
    page.get_by_label("New password").fill("another-hut-8")
    page.get_by_role("button", name="Set this password").click()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("another-hut-8")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Yours")).to_be_visible()


def mailed_link(site: Site, email: str, page: Page) -> str:
    """The mail goes to the console, which is the server's log; the page is asked until it is there."""
    for _ in range(50):
        _, _, mail = site.log().partition(f"To: {email}")
        found = re.search(r"http://\S+/password/reset/\S+", mail)
        if found:
            return found[0]
        page.reload()
    raise AssertionError(site.log())


def test_staff_look_at_the_log_without_a_complaint_of_the_policy(visit: Visitors, site: Site, complaints):
    complaints.expect("favicon.ico")  # the admin names no icon
    email = f"staff-{uuid4().hex[:8]}@example.org"
    site.python(
        "from apps.accounts.actions import create_person\n"
        f"create_person(email={email!r}, name='Staff', password={PASSWORD!r}, staff=True)"
    )
    page = visit()
    page.goto("/-/staff/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
    for model in ("accounts/user", "tenants/handbook", "tenants/membership", "events/event"):
        page.goto(f"/-/staff/{model}/")
        expect(page.locator("#changelist")).to_be_visible()
    page.locator("#result_list tbody a").first.click()
    expect(page.locator(".readonly").first).to_be_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('#header')).backgroundColor")
        != "rgba(0, 0, 0, 0)"
    )
    screenshot(page, "staff-event")
