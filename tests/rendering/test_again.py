"""What is answered again without looking: only while nothing has moved, and never what came with a cookie."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.caching.entries import Entry
from apps.caching.marks import Marks
from apps.caching.process import index, memory
from apps.events.follower import Cursor
from apps.rendering.again import KEPT_MAX, LIFE_S, SAID_MAX_BYTES, Again
from apps.rendering.asking import Asked
from apps.rendering.bodies import Leaving
from apps.rendering.counting import Counts
from apps.tenants.directory import directory
from tests import given
from tests.rendering.asking import session_of

KEY = uuid4(), "public", "/a/"
LEAVING = Leaving(200, [], b"page")
FAR = 1e9


def said(path: str = "/a/", **changes: bytes):
    fields = {"host": b"h", "accepts": b"br", "has": b"", "cookies": b"", "proto": b""} | changes
    return ("GET", path, b"", "http", *fields.values())


def keep(again: Again, what, *, until: float = FAR, now: float = 0.0) -> None:
    assert again.get(what, now) is None
    again.put(what, Asked(*what), LEAVING, KEY, until, now)


@pytest.fixture
def again() -> Again:
    return Again(Counts())


@pytest.fixture
def kept(again: Again) -> Again:
    again.get(said(), 0.0)
    keep(again, said())
    found = again.get(said(), 0.0)
    assert found is not None
    assert (found.leaving, found.key) == (LEAVING, KEY)
    return again


@pytest.mark.parametrize(
    "moves",
    [
        lambda: index.advance(uuid4(), Cursor(uuid4(), 1), Marks()),
        lambda: memory.put("tenant", "key", Entry(b"", 1, {}, {}, 0.0, None)),
        lambda: memory.drop("tenant", "key"),
        memory.clear,
        index.clear,
        directory.begin,
    ],
    ids=["event", "stored", "dropped", "cleared", "index", "directory"],
)
def test_whatever_moves_ends_it(kept: Again, moves):
    memory.put("tenant", "key", Entry(b"", 1, {}, {}, 0.0, None))
    kept.get(said(), 0.0)
    keep(kept, said())
    moves()
    assert kept.get(said(), 0.0) is None
    memory.drop("tenant", "key")


def test_what_moved_while_it_was_looked_for_ends_it_as_well(again: Again):
    again.get(said(), 0.0)
    directory.begin()
    again.put(said(), Asked(*said()), LEAVING, KEY, FAR, 0.0)
    assert again.get(said(), 0.0) is None


def test_it_lives_for_a_second_and_not_beyond_the_page(kept: Again):
    assert kept.get(said(), LIFE_S * 0.99) is not None
    assert kept.get(said(), LIFE_S) is None
    kept.put(said(), Asked(*said()), LEAVING, KEY, 0.5, 0.0)
    assert kept.get(said(), 0.49) is not None
    assert kept.get(said(), 0.5) is None


@pytest.mark.parametrize(
    "other", [{"host": b"x"}, {"accepts": b"gzip"}, {"has": b"*"}, {"cookies": b"a=b"}, {"proto": b"https"}]
)
def test_who_says_anything_else_is_not_meant(kept: Again, other):
    assert kept.get(said(**other), 0.0) is None
    assert kept.get(said("/b/"), 0.0) is None


@pytest.mark.parametrize(
    "other",
    [{"cookies": b"a=b"}, {"accepts": b"x" * (SAID_MAX_BYTES + 1)}, {"has": b"x" * (SAID_MAX_BYTES - 1)}],
)
def test_what_is_a_persons_own_or_long_is_not_kept(kept: Again, other):
    keep(kept, said(**other))
    assert kept.get(said(**other), 0.0) is None


def test_it_keeps_no_more_than_so_many(kept: Again):
    for number in range(3 * KEPT_MAX):
        keep(kept, said(f"/{number}/"))
        assert len(kept._answered) <= KEPT_MAX


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_made_private_is_not_answered_again(ask):
    from apps.tenants.actions import change_handbook

    owner = given.person()
    book = given.handbook(owner, "guide", is_public=True)
    ask.warm("/guide/")
    assert [ask.get("/guide/").said for _ in range(3)] == ["hit"] * 3
    change_handbook(owner, book.pk, is_public=False)
    assert ask.get("/guide/").status == 404
    assert ask.warm("/guide/", cookies=session_of(owner)).status == 200
    assert ask.get("/guide/").status == 404


@pytest.mark.django_db(transaction=True)
def test_each_answer_is_counted(ask):
    given.handbook(given.person(), "guide", is_public=True)
    counts = ask.app._keeper.counts
    ask.warm("/guide/")
    counts.take()
    for _ in range(5):
        ask.get("/guide/")
    assert list(counts.take().hits.values()) == [5]
