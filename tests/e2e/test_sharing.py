"""Pages are the same for everybody who may read them, under one strict policy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.hut import EMAIL, READER_EMAIL, WATER, Hut
from tests.services.browser import Visitors

POLICY = (
    "default-src 'self'; img-src 'self' data: blob: https:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

pytestmark = pytest.mark.usefixtures("hut")


def test_two_people_are_sent_the_same_bytes_and_only_the_bar_differs(
    visit: Visitors, session_of: Callable[[str], Any]
):
    bodies, bars = [], []
    for who in (None, EMAIL, READER_EMAIL):
        page = visit(**({"storage_state": session_of(who)} if who else {}))
        with page.expect_response(re.compile("/-/bar/")) as bar:
            answer = page.goto(WATER)
        bars.append(bar.value.text())
        assert answer is not None
        bodies.append(answer.body())
        assert "set-cookie" not in answer.headers
    assert bodies[0] == bodies[1] == bodies[2]
    assert len(set(bars)) == 3


def test_the_policy_is_strict_everywhere(visit: Visitors, session_of: Callable[[str], Any], hut: Hut):
    page = visit(storage_state=session_of(EMAIL))
    for address in ("/", WATER, f"/{hut.slug}/-/edit/{hut.water}/", f"/{hut.slug}/-/bar/", "/-/account/"):
        answer = page.request.get(address)
        assert answer.status == 200
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
