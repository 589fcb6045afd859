"""Every kind of page is fit for everybody: WCAG 2.2 AA by axe, on phones and desks, day and night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from tests.e2e.hut import EMAIL, Hut
from tests.e2e.places import FACES, NO_PAGES, OPEN, OWN, address
from tests.e2e.steps import at_rest
from tests.services.browser import (
    OF_COLOURS,
    ONE_DATABASE,
    PHONE,
    Complaints,
    Visitors,
    accessibility_problems,
    screenshot,
)

LOOKS = {"desk": {}, "phone": PHONE}
KEPT = {"desk": "light", "phone": "dark"}  # as screenshots


def route_names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            if entry.name:
                yield f"{prefix}{entry.name}"
        elif entry.app_name != "admin":  # Django's own
            yield from route_names(entry, f"{entry.app_name}:" if entry.app_name else prefix)


def test_every_route_is_looked_at_or_is_no_page():
    assert sorted(set(route_names(get_resolver()))) == sorted({*OPEN, *OWN, *NO_PAGES})


@ONE_DATABASE
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", [*OPEN, *OWN, *FACES])
def test_axe_finds_nothing(
    visit: Visitors, complaints: Complaints, session_of: Callable[[str], Any], hut: Hut, name: str, look: str
):
    complaints.expect("(password/reset|sign-up|invitations)/.*410")  # a link that no longer works
    signed_in = {} if name in OPEN else {"storage_state": session_of(EMAIL)}
    page = visit(**LOOKS[look], **signed_in, reduced_motion="reduce")
    page.goto(address({**OPEN, **OWN, **FACES}[name], hut))
    at_rest(page)
    if name == "menu of the bar":
        page.get_by_role("button", name="More to do here").click()
    for scheme, rules in (("light", ()), ("dark", OF_COLOURS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if scheme == KEPT[look]:
            screenshot(page, f"{name.replace(':', '-').replace(' ', '-')}-{look}-{scheme}")
        assert accessibility_problems(page, rules=rules) == [], scheme
        assert sideways(page) == 0, scheme


def sideways(page: Page) -> int:
    """Pixels the page could be scrolled to the side."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
