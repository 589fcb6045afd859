"""Query results in memory and in Redis: used as long as they hold, read again beside when their time is
over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.people import Actor
from apps.caching.marks import presence_of_models
from apps.caching.process import DatabaseLog, hearing
from apps.caching.reads import Reads, reading
from apps.caching.replay import Replay
from apps.caching.shared import Shared
from apps.caching.shared_index import SharedIndex
from apps.caching.sizes import too_large
from apps.caching.threads import ReaderThreads
from apps.documents.selectors.tree import IN_ORDER, Place
from apps.queries import results as module
from apps.queries.packing import RowsCodec, digest_of
from apps.queries.projections import column, projection
from apps.queries.results import groups, results
from apps.rendering.books import Book
from apps.store.client import Store
from apps.tenants.models import Handbook
from tests import given
from tests.readers import close_readers
from tests.services.redis_cluster import RedisCluster
from tests.services.visitor import until


@dataclass(frozen=True)
class Hut:
    owner: Actor
    book: UUID
    home: UUID

    def read(self) -> tuple[list[str], Reads, int]:
        """Titles of the pages below the home page, as a page reads them; what was noted; and how often the
        database was asked for them."""
        with CaptureQueriesContext(connection) as asked, reading(hearing) as reads:
            rows = groups(Place, self.book, "parent_id", [self.home], IN_ORDER)[self.home]
        queries = [each for each in asked.captured_queries if "documents_document" in each["sql"]]
        return [row.title for row in rows], reads, len(queries)


@pytest.fixture
def hut(transactional_db: None) -> Iterator[Hut]:
    owner = given.person()
    book = given.handbook(owner, f"hut-{uuid4().hex[:8]}")
    home = given.home(book.pk)
    for title in ("Water", "Stove"):
        given.page(owner, home, title, "Words.", publish=True)
    results.clear()
    yield Hut(owner, book.pk, home.pk)
    results.clear()
    close_readers()


@pytest.fixture
def redis(redis_nodes: RedisCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """As in a process that is set up with Redis."""
    store = Store(redis_nodes.urls, timeout_s=20)
    index = SharedIndex(store)
    replay = Replay(index, DatabaseLog(), presence_of_models)
    with ReaderThreads(1) as helpers:
        shared = Shared(
            store, index, replay, hearing, helpers, RowsCodec(Place),
            kind="query", digest=digest_of(Place), clock=time.monotonic,
        )  # fmt: skip
        monkeypatch.setattr(module, "store", store)
        monkeypatch.setattr(module, "_shared", lambda _cls: shared)
        yield store
        helpers.submit(close).result()
    store.close()


def close() -> None:
    connection.close()


def arrived(store: Store) -> None:
    """Returns when Redis has what it was sent: one connection after the other answers in turn."""
    store.begin("PING", key="x").result()
    while store._tasks:
        store.begin("PING", key="x").result()


def test_a_result_in_memory_is_not_read_again_and_hands_its_tags_on(hut: Hut):
    first, second = hut.read(), hut.read()
    assert (first[0], first[2]) == (["Water", "Stove"], 1)
    assert (second[0], second[2]) == (["Water", "Stove"], 0)
    assert second[1].tags() == first[1].tags() != {}


def test_a_change_is_seen(hut: Hut):
    hut.read()
    given.page(hut.owner, given.home(hut.book), "Wood", publish=True)
    assert hut.read()[::2] == (["Water", "Stove", "Wood"], 1)


def test_what_another_process_has_read_redis_has(hut: Hut, redis: Store):
    tags = hut.read()[1].tags()
    arrived(redis)
    results.clear()
    titles, reads, queries = hut.read()
    assert (titles, queries) == (["Water", "Stove"], 0)
    assert reads.tags() == tags
    redis.close()  # from now on it is in memory
    assert hut.read()[::2] == (["Water", "Stove"], 0)


def test_what_redis_has_of_before_a_change_is_not_used(hut: Hut, redis: Store):
    hut.read()
    arrived(redis)
    given.page(hut.owner, given.home(hut.book), "Wood", publish=True)
    results.clear()
    assert hut.read()[::2] == (["Water", "Stove", "Wood"], 1)


def test_a_result_whose_time_is_over_is_used_once_more_and_read_again_beside(
    hut: Hut, redis: Store, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as changed:
        changed.setattr(module, "FRESH_S", 0.0)
        hut.read()
        arrived(redis)
    results.clear()
    assert hut.read()[::2] == (["Water", "Stove"], 0)
    until(lambda: (len(results), len(module._renewing)), lambda said: said == (1, 0), "the new reading")
    arrived(redis)
    results.clear()
    assert hut.read()[::2] == (["Water", "Stove"], 0)
    assert len(results) == 1  # it was fresh


def test_without_an_answer_of_redis_the_database_is_asked(hut: Hut, redis_nodes: RedisCluster, redis: Store):
    redis.timeout_s = 0
    assert hut.read()[::2] == (["Water", "Stove"], 1)


def test_what_is_too_large_is_not_kept_but_told(hut: Hut, monkeypatch: pytest.MonkeyPatch, caplog):
    monkeypatch.setattr(module, "RESULT_MAX_BYTES", 500)
    before = too_large["query"]
    assert [hut.read()[2], hut.read()[2]] == [1, 1]
    assert too_large["query"] == before + 2
    assert "Place by ('parent_id'" in caplog.text
    assert "has 800 bytes: not kept as query, 500 are allowed" in caplog.text


ROWS = (
    Book(uuid4(), "hut", "Hütte", "de", True, "", "", None),
    Book(uuid4(), "hut", "Hut", "en", False, "red", "tent", datetime(2026, 3, 4, 5, 6, 7, 8, UTC)),
)


@pytest.mark.parametrize("rows", [ROWS, ()])
def test_rows_come_back_as_they_were(rows: tuple[Book, ...]):
    data = RowsCodec(Book).dump(rows)
    assert data is not None
    assert RowsCodec(Book).load(data, 60) == rows
    assert RowsCodec(Book).size_of(rows) == 400 * len(rows)


def test_rows_with_what_cannot_be_said_are_not_shared():
    assert RowsCodec(Book).dump((Book(uuid4(), "hut", {"a"}, "de", True, "", "", None),)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x91\x91\x01", b"\x91\xc0", b"\x91\xd4\x09\x00"])
def test_other_bytes_are_refused(data: bytes):
    with pytest.raises(ValueError, match="no rows of Book"):
        RowsCodec(Book).load(data, 60)


def test_another_declaration_has_other_keys():
    def declared(path: str) -> type:
        @projection(Handbook, stream="id")
        class Named:
            id: UUID
            name: str = column(path)

        return Named

    one, same, other = declared("title"), declared("title"), declared("slug")
    assert digest_of(one) == digest_of(same) != digest_of(other)
