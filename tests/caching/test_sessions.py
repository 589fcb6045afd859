"""A session's copy in the cache holds as long as nothing happened to its person; the row is the truth."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.actions import create_person, note_sign_out
from apps.caching import sessions
from apps.caching.hearing import DatabaseLog, Hearing
from apps.caching.index import TagIndex
from apps.caching.marks import presence_of_models
from apps.caching.sessions import COPY_MAX_BYTES, LIFE_S, SessionStore, copy_key
from apps.caching.sizes import too_large
from apps.events.models import Event, Stream

pytestmark = pytest.mark.django_db


class Hears:
    """Whether this process hears the log."""

    def __init__(self) -> None:
        self.index = TagIndex()
        self.now = True
        self.hearing = Hearing(
            self.index,
            DatabaseLog(),
            clock=time.monotonic,
            confirmed_at=lambda: time.monotonic() if self.now else float("-inf"),
            presence=presence_of_models,
        )

    def newest(self, person: UUID) -> None:
        event = Event.objects.filter(stream_id=person).order_by("-position")[0]
        event.log_id = Stream.objects.get(pk=person).log_id
        self.hearing.listen(event)


@pytest.fixture
def hears(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hears]:
    hears = Hears()
    monkeypatch.setattr(sessions, "hearing", hears.hearing)
    monkeypatch.setattr(sessions, "index", hears.index)
    cache.clear()
    yield hears
    cache.clear()


@pytest.fixture
def person() -> UUID:
    return create_person(email=f"{uuid4()}@example.org", name="Ada", password=None).pk


@pytest.fixture
def signed_in(hears: Hears, person: UUID) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person)
    session["seen"] = 1
    session.save()
    assert session.session_key is not None
    return session.session_key


def queries(session_key: str) -> tuple[dict, int]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        data = SessionStore(session_key).load()
    return data, len(captured)


def test_what_was_saved_is_read_without_the_database(signed_in: str, person: UUID):
    assert queries(signed_in) == ({SESSION_KEY: str(person), "seen": 1}, 0)
    session = SessionStore(signed_in)
    session["seen"] = 2
    session.save()
    assert queries(signed_in) == ({SESSION_KEY: str(person), "seen": 2}, 0)
    assert Session.objects.get(pk=signed_in).get_decoded()["seen"] == 2


def test_a_lost_copy_is_made_again_from_the_row(signed_in: str, person: UUID):
    cache.clear()
    data, asked = queries(signed_in)
    assert data["seen"] == 1
    assert asked == 2
    assert queries(signed_in) == (data, 0)


def test_a_session_that_ended_while_the_cache_was_away_stays_ended(
    signed_in: str, person: UUID, hears: Hears
):
    note_sign_out(person, signed_in)
    hears.newest(person)
    assert cache.get(copy_key(signed_in)) is not None
    assert SessionStore(signed_in).load() == {}


def test_a_process_that_does_not_hear_asks_the_row(signed_in: str, hears: Hears):
    Session.objects.filter(pk=signed_in).delete()
    hears.now = False
    assert SessionStore(signed_in).load() == {}


def test_whoever_flushes_it_takes_the_copy_too(signed_in: str):
    SessionStore(signed_in).flush()
    assert cache.get(copy_key(signed_in)) is None
    assert SessionStore(signed_in).load() == {}


def test_nobodys_session_is_not_copied(hears: Hears):
    session = SessionStore()
    session["language"] = "de"
    session.save()
    assert cache.get(copy_key(str(session.session_key))) is None
    assert SessionStore(session.session_key).load() == {"language": "de"}


def test_a_large_one_is_in_the_database_alone(signed_in: str, caplog: pytest.LogCaptureFixture):
    session = SessionStore(signed_in)
    session["much"] = "x" * COPY_MAX_BYTES
    before = too_large["session"]
    with caplog.at_level(logging.WARNING):
        session.save()
    assert too_large["session"] == before + 1
    assert "10000 are allowed" in caplog.text
    assert cache.get(copy_key(signed_in)) is None
    assert SessionStore(signed_in).load()["much"] == "x" * COPY_MAX_BYTES


def test_a_copy_lives_for_a_day_at_most(signed_in: str, monkeypatch: pytest.MonkeyPatch):
    lives: list[float] = []
    monkeypatch.setattr(sessions.cache, "set", lambda _key, _value, life_s: lives.append(life_s))
    session = SessionStore(signed_in)
    session["seen"] = 3
    session.save()
    session.set_expiry(60)
    session.save()
    assert lives == [LIFE_S, 60]
    assert LIFE_S == 86_400


def test_the_cache_holds_no_session_key(signed_in: str):
    assert signed_in not in copy_key(signed_in)
