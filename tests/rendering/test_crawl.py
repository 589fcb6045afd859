"""A crawl: addresses that nobody asked for before leave in memory what memory has room for, and of other
handbooks all that was there."""

from __future__ import annotations

import pytest

from apps.caching.process import absent, fills, index, memory
from apps.queries.results import results
from apps.tenants.directory import directory
from tests import given

pytestmark = pytest.mark.django_db(transaction=True)

PAGES, FEW, ROUNDS = 6, 2, 12
MEMORY_BYTES, ABSENT_BYTES = 300_000, 20_000


@pytest.fixture
def books():
    """Two handbooks, `crawled` with PAGES pages besides its home, and `beside` with FEW."""
    owner, made = given.person(), {}
    for slug, count in (("crawled", PAGES), ("beside", FEW)):
        made[slug] = given.handbook(owner, slug, is_public=True)
        home = given.home(made[slug].pk)
        for number in range(count):
            given.page(owner, home, f"Page {number}", f"Text {number}. " * 200, publish=True)
    return made


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(memory, "max_bytes", MEMORY_BYTES)
    monkeypatch.setattr(absent, "max_bytes", ABSENT_BYTES)


def addresses(round_number: int) -> list[str]:
    """Different ones in each round, and of every kind that a page is declared for."""
    return [
        f"/crawled/-/search/?q=word{round_number}",
        f"/crawled/-/search/?q=text&page={round_number + 1}",
        f"/crawled/-/changes/?before={round_number + 100}",
        f"/crawled/-/tree/?from={round_number + 1}",
        f"/handbook-{round_number}/",
        *(f"/crawled/page-{number}/?utm_source={round_number}" for number in range(PAGES)),
        *(f"/crawled/page-{number}/old-{round_number}/" for number in range(PAGES)),
    ]


def marks() -> dict[str, int]:
    """What the index holds: streams, and marks of each."""
    return {str(stream): sum(map(len, held._tail._marks())) for stream, held in list(index._streams.items())}


def test_memory_holds_no_more_than_it_has_room_for(ask, books, small):
    for number in range(PAGES):
        ask.get(f"/crawled/page-{number}/")
    before, of_queries = marks(), []
    for round_number in range(ROUNDS):
        for address in addresses(round_number):
            assert ask.get(address).status in (200, 404)
        of_queries.append((len(results), results.bytes))
    assert memory.evicted > 0
    assert memory.bytes <= MEMORY_BYTES
    assert absent.bytes <= ABSENT_BYTES
    assert marks() == before
    assert set(of_queries) == {of_queries[0]}
    assert [*directory._known] == ["crawled"]
    assert fills.running() == 0


def test_parameters_that_nobody_knows_are_no_more_pages(ask, books):
    for number in range(PAGES):
        ask.warm(f"/crawled/page-{number}/")
    held = [(key, entry) for key, entry in memory.items(books["crawled"].pk)]
    for round_number in range(ROUNDS):
        for number in range(PAGES):
            assert ask.get(f"/crawled/page-{number}/?sid={round_number}").said == "hit"
    assert {key: id(entry) for key, entry in memory.items(books["crawled"].pk)} == {
        key: id(entry) for key, entry in held
    }
    assert len(absent) == 0


def test_a_crawl_of_one_handbook_pushes_out_pages_of_no_other(ask, books, small):
    for number in range(FEW):
        ask.warm(f"/beside/page-{number}/")
        ask.get(f"/beside/nothing-{number}/")
    kept = [*memory.items(books["beside"].pk), *absent.items(books["beside"].pk)]
    gone = memory.evicted, absent.evicted
    for round_number in range(ROUNDS):
        for address in addresses(round_number):
            ask.get(address)
    assert memory.evicted > gone[0]
    assert absent.evicted > gone[1]
    assert [*memory.items(books["beside"].pk), *absent.items(books["beside"].pk)] == kept
    for number in range(FEW):
        assert ask.get(f"/beside/page-{number}/").said == "hit"
        assert ask.get(f"/beside/nothing-{number}/").said == "hit"


def test_what_is_not_there_is_the_same_bytes_all_over_a_handbook(ask, books):
    for round_number in range(ROUNDS):
        assert ask.get(f"/crawled/old-{round_number}/").status == 404
    ask.get("/beside/old/")
    crawled, beside = (
        {id(entry.value): entry.value for _key, entry in absent.items(books[slug].pk)}
        for slug in ("crawled", "beside")
    )
    assert (len(absent), len(crawled), len(beside)) == (ROUNDS + 1, 1, 1)
    assert [*crawled] != [*beside]
    assert b'action="/crawled/-/search/"' in next(iter(crawled.values())).plain
    assert b'action="/beside/-/search/"' in next(iter(beside.values())).plain


def test_what_is_not_there_never_takes_the_place_of_a_page(ask, books, monkeypatch):
    ask.warm("/crawled/page-1/")
    monkeypatch.setattr(memory, "max_bytes", memory.bytes)
    for round_number in range(ROUNDS):
        ask.get(f"/crawled/old-{round_number}/")
    assert ask.get("/crawled/page-1/").said == "hit"
