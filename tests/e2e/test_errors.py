"""What goes wrong is said calmly, tells nothing that is private, and loses nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.files import give, picture
from tests.e2e.hut import EMAIL, READER_EMAIL, WATER, Hut
from tests.e2e.steps import PASSWORD, edit, new_handbook, sign_up, source_of, write_page
from tests.services.browser import (
    ONE_DATABASE,
    PHONE,
    Complaints,
    Visitors,
    accessibility_problems,
    screenshot,
)
from tests.services.sites import Sites

pytestmark = ONE_DATABASE

MAX_BYTES = 5_000
LOOKS = {"desk": {}, "phone-dark": {**PHONE, "color_scheme": "dark"}}


@pytest.fixture
def expected(complaints: Complaints) -> None:
    complaints.expect(r"status of (403|404|413|422|500)")


def test_what_is_not_there_and_what_is_private_look_alike(visit: Visitors, expected: None):
    owner, stranger = visit(), visit()
    sign_up(owner)
    slug = new_handbook(owner, "Secret plans")
    sign_up(stranger, "Mallory")
    shown = []
    for address in ("/nothing-here/", f"/{slug}/", f"/{slug}/-/edit/{slug}/", f"/{slug}/-/search/?q=a"):
        answer = stranger.goto(address)
        assert answer is not None
        assert answer.status == 404
        shown.append(answer.body())
    assert set(shown) == {shown[0]}
    assert b"Secret" not in shown[0]


@pytest.mark.parametrize("look", LOOKS)
def test_a_lost_reader_is_led_to_search(visit: Visitors, hut: Hut, expected: None, look: str):
    page = visit(**LOOKS[look])
    page.goto("/mountain-hut/no/such/page/")
    expect(page.get_by_role("heading", name="No cairn stands here")).to_be_visible()
    assert accessibility_problems(page) == []
    screenshot(page, f"error-404-{look}")
    page.get_by_role("main").get_by_role("searchbox").fill("spring")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Water", exact=True)).to_be_visible()


def test_a_reader_may_not_edit(visit: Visitors, session_of: Callable[[str], Any], hut: Hut, expected: None):
    page = visit(storage_state=session_of(READER_EMAIL))
    answer = page.goto(f"/{hut.slug}/-/edit/{hut.water}/")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()
    assert accessibility_problems(page) == []
    screenshot(page, "error-403")


def test_who_is_not_signed_in_is_asked_to_and_comes_back(page: Page, hut: Hut):
    page.goto(WATER)
    page.get_by_role("link", name="Edit this page").click()
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(source_of(page)).to_have_value(re.compile("The spring is behind the hut"))


def test_a_form_out_of_date_says_so_and_the_text_is_still_there(page: Page, expected: None):
    sign_up(page)
    write_page(page, new_handbook(page), "Stove", "Light it.")
    edit(page)
    at = page.url
    source_of(page).fill("Worth keeping.")
    tokens = page.locator("input[name=csrfmiddlewaretoken]")
    tokens.evaluate_all("fields => fields.forEach((field) => { field.value = '0'.repeat(64) })")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="This form is out of date")).to_be_visible()
    assert accessibility_problems(page) == []
    screenshot(page, "error-csrf")
    page.goto(at)
    page.get_by_role("button", name="Take it back").click()
    expect(source_of(page)).to_have_value("Worth keeping.")


@pytest.mark.parametrize("look", LOOKS)
def test_a_fault_of_ours_is_told_calmly(visit: Visitors, new_site: Sites, expected: None, look: str):
    with new_site(DJANGO_SETTINGS_MODULE="tests.e2e.broken.settings") as broken:
        page = visit(base_url=broken.url, **LOOKS[look])
        answer = page.goto("/-/broken/")
        assert answer is not None
        assert answer.status == 500
        expect(page.get_by_role("heading", name="A stone slipped")).to_be_visible()
        assert "secret" not in page.content()
        assert accessibility_problems(page) == []
        screenshot(page, f"error-500-{look}")
        assert "ZeroDivisionError: a secret of the program" in broken.log()


def test_a_file_too_large_is_refused_before_it_is_sent_and_after(
    visit: Visitors, new_site: Sites, expected: None
):
    large = picture(1400, 900)
    assert len(large) > MAX_BYTES
    with new_site(CAIRN_DOCUMENTS_MAX_UPLOAD_BYTES=str(MAX_BYTES)) as small:
        page = visit(base_url=small.url)
        sign_up(page)
        slug = new_handbook(page)
        page.goto(f"/{slug}/-/new/")
        sent = []
        page.on("request", lambda request: sent.append(request.url) if "/-/media/" in request.url else None)
        give(source_of(page), "paste", "view.png", large)
        expect(page.locator(".uploads")).to_have_text("view.png is larger than 5\u00a0kB")
        expect(page.locator(".uploads")).to_be_in_viewport()
        assert sent == []
        screenshot(page, "too-large-before")
        page.goto(f"/{slug}/-/media/")
        file = {"name": "view.png", "mimeType": "image/png", "buffer": large}
        page.get_by_label("Add a picture or a file").set_input_files(file)
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".errors")).to_contain_text("“view.png” is larger than")
        assert accessibility_problems(page) == []
        screenshot(page, "too-large-after")
