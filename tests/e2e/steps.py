"""What people do on the site, step by step, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.services.browser import ONE_DATABASE

PASSWORD = "mountain-hut-7"


def looks(names: Iterable[str]) -> list[object]:
    """For parametrize: the desk with scripts and without over either database, the others over one."""
    both = ("desk", "without-javascript")
    return [name if name in both else pytest.param(name, marks=ONE_DATABASE) for name in names]


def sign_up(page: Page, name: str = "Anna") -> str:
    """A new account with PASSWORD; its e-mail address."""
    email = f"{name.lower()}-{uuid4().hex[:8]}@example.org"
    page.goto("/-/sign-up/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    expect(page).to_have_url(re.compile(r"/$"))
    return email


def sign_in(page: Page, email: str) -> None:
    page.goto("/-/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/$"))


def sign_out(page: Page) -> None:
    page.goto("/-/account/")
    page.get_by_role("main").get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def new_handbook(page: Page, title: str = "Mountain hut", *, public: bool = False) -> str:
    """Its slug; the page shows it afterwards."""
    slug = f"hut-{uuid4().hex[:8]}"
    page.goto("/-/handbooks/new/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Address").fill(slug)
    if public:
        page.get_by_role("radio", name="Open to everybody").check()
    page.get_by_role("button", name="Make this handbook").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    return slug


def write_page(page: Page, slug: str, title: str, text: str, *, below: str = "", publish: bool = True) -> str:
    """The address of a new page; `below` is the title of what it stands under, else the home page."""
    page.goto(f"/{slug}/-/new/")
    page.get_by_label("Title", exact=True).fill(title)
    if below:
        places = page.get_by_label("Stands below").locator("option")
        place = next(text for text in places.all_text_contents() if text.strip() == below)
        page.get_by_label("Stands below").select_option(label=place)
    source_of(page).fill(text)
    page.get_by_role("button", name="Save and publish" if publish else "Save as draft").click()
    expect(page.get_by_role("heading", name=title, level=1, exact=True)).to_be_visible()
    return page.url


def source_of(page: Page) -> Locator:
    """The field of the edit page's text."""
    return page.get_by_role("textbox", name="Text", exact=True)


def edit(page: Page) -> None:
    """From a reading page to its edit page, by the link every reader has. Its scripts have run."""
    at_rest(page)
    page.get_by_role("link", name="Edit this page").click()
    expect(source_of(page)).to_be_visible()
    page.wait_for_load_state()


def at_rest(page: Page) -> None:
    """Waits until what is fetched after the page is there."""
    expect(page.locator("cairn-fragment[aria-busy], .htmx-request")).to_have_count(0)


def held(page: Page, pattern: str) -> list[Route]:
    """Requests that are kept waiting."""
    routes: list[Route] = []
    page.route(pattern, lambda route: routes.append(route))  # noqa: PLW0108 - it takes no built-in function
    return routes
