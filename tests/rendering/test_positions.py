"""Your own write: the cookie that says how far a browser wrote, and what it does to memory."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from apps.caching.process import index
from apps.documents.models import Document
from apps.events import following, wake
from apps.events.models import Stream
from apps.rendering.positions import COOKIE, position_in
from tests import given
from tests.rendering.asking import session_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner():
    return given.person(name="Olga")


@pytest.fixture
def guide(owner):
    book = given.handbook(owner, "guide", is_public=True)
    given.page(owner, given.home(book.pk), "Radio", "Call *twice*.", publish=True)
    return book


@pytest.mark.parametrize(
    ("cookies", "position"),
    [
        (b"", None),
        (b"cairn-at=7", 7),
        (b"a=b; cairn-at=7;c=d", 7),
        (b"cairn-at=", None),
        (b"cairn-at=x", None),
        (b"cairn-at=-7", None),
        (b"cairn-at=+7", None),
        (b"cairn-at=7.0", None),
        (b"cairn-at=\xb2", None),
        (b'cairn-at="7"', None),
        (b"cairn-at=" + b"9" * 18, 10**18 - 1),
        (b"cairn-at=" + b"9" * 19, None),
        (b"xcairn-at=7", None),
        (b"Cairn-at=7", None),
        (b"cairn-at=x; cairn-at=7", 7),
        (b"cairn-at=3; cairn-at=7", 7),
        (b"cairn-at=7; cairn-at=3", 7),
    ],
)
def test_the_position_that_a_cookie_carries(cookies, position):
    assert position_in(cookies) == position


def form(document: Document, source: str) -> bytes:
    base = Document.objects.get(pk=document.pk)
    return urlencode({"title": base.title, "source": source, "base_revision": str(base.revision_id)}).encode()


def test_a_form_that_writes_gives_the_cookie_on_the_handbooks_path(ask, owner, guide):
    radio = Document.objects.get(slug="radio")
    saved = ask.post(f"/guide/-/edit/{radio.pk}/", form(radio, "Once."), cookies=session_of(owner))
    assert saved.status == 302
    position = Stream.objects.get(pk=guide.pk).position
    cookie = next(value for name, value in saved.headers if value.startswith(COOKIE.encode()))
    parts = {part.strip().lower() for part in cookie.decode().split(";")}
    assert f"{COOKIE}={position}" in parts
    assert {"path=/guide/", "max-age=60", "httponly", "samesite=lax"} <= parts


def test_a_request_that_writes_nothing_gives_none(ask, owner, guide):
    radio = Document.objects.get(slug="radio")
    for reply in (
        ask.get("/guide/radio/"),
        ask.get(f"/guide/-/edit/{radio.pk}/", cookies=session_of(owner)),
        ask.post(f"/guide/-/edit/{radio.pk}/", form(radio, "Once.")),
    ):
        assert COOKIE not in reply["set-cookie"]


def test_a_writer_is_not_answered_by_memory_that_has_not_heard_them(ask, owner, guide, monkeypatch):
    """Another process wrote: here nobody has heard of it yet."""
    from tests.rendering.test_edge import save

    assert "twice" in ask.warm("/guide/radio/").text
    following.stop()
    trusting = following.confirmed_at
    monkeypatch.setattr(wake, "hear_here", [])
    monkeypatch.setattr("apps.caching.process.hearing._confirmed_at", lambda: float("inf"))
    save(owner, Document.objects.get(slug="radio"), "Call *once*.")
    position = Stream.objects.get(pk=guide.pk).position
    assert trusting() == float("-inf")
    assert index.heard(guide.pk).position == position - 1
    assert ask.get("/guide/radio/").said == "hit"  # nobody else has been promised more
    reply = ask.get("/guide/radio/", cookies={COOKIE: str(position)})
    assert (reply.said, "once" in reply.text) == ("changed", True)
    assert index.heard(guide.pk).position == position


def test_a_forged_position_gets_the_right_page_and_does_nobody_harm(ask, guide):
    ask.warm("/guide/radio/")
    heard = index.heard(guide.pk)
    for forged in ("9" * 18, "0", "-1", "x"):
        reply = ask.get("/guide/radio/", cookies={COOKIE: forged})
        assert (reply.status, reply.said, "twice" in reply.text) == (200, "hit", True)
    assert index.heard(guide.pk) == heard
    assert ask.get("/guide/radio/").said == "hit"


def test_a_process_that_is_cut_off_asks_the_table(ask, owner, guide, monkeypatch):
    from tests.rendering.test_edge import save

    assert "twice" in ask.warm("/guide/radio/").text
    following.stop()
    monkeypatch.setattr(wake, "hear_here", [])
    save(owner, Document.objects.get(slug="radio"), "Call *once*.")
    reply = ask.get("/guide/radio/")
    assert (reply.said, "once" in reply.text) == ("changed", True)
    ask.settle()
    again = ask.get("/guide/radio/")
    assert (again.said, "once" in again.text) == ("hit", True)
