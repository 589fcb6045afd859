"""Counts are written down in batches, each once, whatever the database does meanwhile."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.caching.process import hearing
from apps.caching.reads import Reads
from apps.events.follower import Cursor
from apps.rendering import counting, upkeep
from apps.rendering.counting import Batch, Counts, Key, tidy, write
from apps.rendering.models import CachedPage, CacheMinute, Flush

HANDBOOK = UUID(int=7)
PATIENCE_S = 30


def key(address: str = "/hut/") -> Key:
    return HANDBOOK, "public", address


def filled(counts: Counts, address: str = "/hut/", render_ms: float = 4.0) -> None:
    reads = Reads(hearing)
    counts.filled(key(address), reads, render_ms=render_ms, size_bytes=900, fresh_for_s=60)


def page(address: str = "/hut/") -> tuple[int, int]:
    return CachedPage.objects.values_list("hits", "fills").get(address=address)


def minute() -> tuple[int, int, int, float]:
    return CacheMinute.objects.values_list("hits", "expired", "fills", "render_ms").get()


@pytest.mark.django_db
def test_a_batch_makes_rows_and_adds_to_those_that_are_there(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    counts = Counts()
    filled(counts)
    counts.hit(key())
    counts.hit(key())
    counts.served_expired(key())
    assert write(counts.take())
    assert (page(), minute()) == ((3, 1), (2, 1, 1, 4.0))
    filled(counts, render_ms=6.0)
    counts.hit(key())
    assert write(counts.take())
    assert (page(), minute()) == ((4, 2), (3, 1, 2, 10.0))
    assert CachedPage.objects.get().render_ms == 6.0


@pytest.mark.django_db
def test_the_same_batch_is_added_once():
    counts = Counts()
    filled(counts)
    counts.hit(key())
    batch = counts.take()
    assert [write(batch), write(batch)] == [True, False]
    assert page() == (1, 1)
    assert (CacheMinute.objects.get().hits, Flush.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_nothing_counted_is_nothing_written():
    assert write(Counts().take()) is False
    assert Flush.objects.count() == 0


@pytest.mark.django_db
def test_a_batch_that_fails_half_way_leaves_nothing_and_can_be_added_again(monkeypatch):
    counts = Counts()
    filled(counts)
    batch = counts.take()
    with monkeypatch.context() as broken:
        broken.setattr(counting, "_write_minutes", lambda *_: (_ for _ in ()).throw(OperationalError("gone")))
        with pytest.raises(OperationalError):
            write(batch)
    assert (CachedPage.objects.count(), Flush.objects.count()) == (0, 0)
    assert write(batch)
    assert page() == (0, 1)


def test_a_lost_database_is_tried_again_with_the_same_batch(monkeypatch, caplog):
    """The counts of meanwhile wait behind it, and none is lost or written twice."""
    written: list[UUID] = []
    away = [True]

    def wrote(batch: Batch) -> bool:
        if away[0]:
            raise OperationalError("the database is away")
        written.append(batch.id)
        return True

    monkeypatch.setattr(upkeep, "write", wrote)
    counts = Counts()

    async def run(threads: ThreadPoolExecutor) -> list[UUID]:
        keeper = upkeep.Upkeep(counts, never_warm, threads)
        ids = []
        for _ in range(2):
            counts.hit(key())
            ids.append(counts._batch.id)
            await keeper.flush()
        assert written == []
        away[0] = False
        await keeper.flush()
        await keeper.flush()
        return ids

    with ThreadPoolExecutor(1) as threads:
        assert asyncio.run(run(threads)) == written
    assert len(set(written)) == 2
    assert "trying again" in caplog.text


@pytest.mark.django_db
def test_a_page_that_is_no_longer_there_leaves_the_catalogue():
    counts = Counts()
    filled(counts)
    filled(counts, "/hut/a/")
    write(counts.take())
    counts.left(key("/hut/a/"))
    assert write(counts.take())
    assert [row.address for row in CachedPage.objects.all()] == ["/hut/"]


@pytest.mark.django_db
def test_a_page_that_left_and_came_back_in_one_batch_is_there():
    counts = Counts()
    counts.left(key())
    filled(counts)
    assert write(counts.take())
    assert page() == (0, 1)


@pytest.mark.django_db
def test_many_pages_made_at_once_are_listed_a_batch_at_a_time():
    counts = Counts()
    for number in range(2 * counting.PAGES_A_BATCH + 5):
        filled(counts, f"/hut/{number}/")
    sizes = []
    while batch := counts.take():
        sizes.append(len(batch.pages))
        write(batch)
    assert sizes == [counting.PAGES_A_BATCH, counting.PAGES_A_BATCH, 5]
    assert CachedPage.objects.count() == 2 * counting.PAGES_A_BATCH + 5


@pytest.mark.django_db
def test_a_crawl_fills_no_batch_without_end(monkeypatch):
    monkeypatch.setattr(counting, "BATCHES_MAX", 2)
    monkeypatch.setattr(counting, "PAGES_A_BATCH", 20)
    counts = Counts()
    for number in range(45):
        filled(counts, f"/hut/{number}/")
        counts.left(key(f"/hut/none-{number}/"))
    batches = counts.pending()
    assert [(len(batch.pages), len(batch.left)) for batch in batches] == [(20, 20), (20, 20)]
    while batch := counts.take():
        write(batch)
    assert CachedPage.objects.count() == 40
    assert CacheMinute.objects.get().fills == 45


@pytest.mark.django_db
def test_a_page_that_holds_is_known_to_hold_from_then_on():
    log = uuid4()
    counts = Counts()
    for address in ("/hut/", "/hut/a/"):
        filled(counts, address)
    write(counts.take())
    CachedPage.objects.update(stamps={str(HANDBOOK): [str(log), 5]})
    made_at = CachedPage.objects.get(address="/hut/").made_at
    for address, position in (("/hut/", 9), ("/hut/a/", 3), ("/hut/unlisted/", 9)):
        counts.holds(key(address), {HANDBOOK: Cursor(log, position)})
    write(counts.take())
    rows = {row.address: (row.stamps[str(HANDBOOK)][1], row.fills) for row in CachedPage.objects.all()}
    assert rows == {"/hut/": (9, 1), "/hut/a/": (5, 1)}  # never further back: another may have made it since
    assert CachedPage.objects.get(address="/hut/").made_at == made_at


@pytest.mark.django_db
def test_tidying_keeps_a_week_and_the_pages_seen_last(monkeypatch):
    monkeypatch.setattr(counting, "PAGES_MAX", 2)
    now = timezone.now()
    old = now - timedelta(days=8)
    for at in (old, now):
        Flush.objects.create(pk=uuid4(), at=at)
        CacheMinute.objects.create(handbook_id=HANDBOOK, minute=at)
    counts = Counts()
    for number in range(4):
        filled(counts, f"/hut/{number}/")
    write(counts.take())
    for number in range(4):
        CachedPage.objects.filter(address=f"/hut/{number}/").update(seen_at=now + timedelta(seconds=number))
    tidy([HANDBOOK])
    assert not CacheMinute.objects.filter(minute=old).exists()
    assert CacheMinute.objects.filter(minute=now).exists()
    assert (Flush.objects.filter(at=old).count(), Flush.objects.filter(at=now).count()) == (0, 1)
    assert sorted(CachedPage.objects.values_list("address", flat=True)) == ["/hut/2/", "/hut/3/"]


def made(addresses: Collection[str], handbooks: Collection[UUID] = (HANDBOOK,)) -> Batch:
    counts = Counts()
    for address in addresses:
        filled(counts, address)
    for handbook in handbooks:
        counts.hit((handbook, "public", "/hut/unlisted/"))
    return counts.take()


@pytest.mark.django_db
def test_rows_are_written_in_one_order_so_that_two_processes_never_wait_crosswise():
    addresses = [f"/hut/{number}/" for number in range(40)]
    write(made(addresses))
    with CaptureQueriesContext(connection) as queries:
        write(made(addresses, [UUID(int=number) for number in range(20)]))
    pages = [re.search(r"'([0-9a-f]{64})'", sql)[1] for sql in queries_of(queries, "UPDATE", "cachedpage")]
    assert (len(pages), pages) == (40, sorted(pages))
    minutes = queries_of(queries, "INSERT", "cacheminute")
    handbooks = [re.search(r"'([0-9a-f-]{32,36})'", sql)[1] for sql in minutes]
    assert (len(handbooks), handbooks) == (19, sorted(handbooks))


def queries_of(queries: CaptureQueriesContext, verb: str, table: str) -> list[str]:
    return [query["sql"] for query in queries if query["sql"].startswith(verb) and table in query["sql"]]


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_list_the_same_pages_at_once_both_count():
    failed: list[DatabaseError] = []
    together = threading.Barrier(2)

    def write_down() -> None:
        batch = made([f"/hut/{number}/" for number in range(150)])
        together.wait()
        try:
            write(batch)
        except DatabaseError as error:
            failed.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write_down) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failed == []
    assert set(CachedPage.objects.values_list("fills", flat=True)) == {2}


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("tidy", "Old counts of the page cache could not be taken out"),
        ("often", "Upkeep of the page cache failed"),
    ],
)
def test_an_error_beside_the_counting_does_not_end_it(monkeypatch, caplog, broken, told):
    flushes: list[UUID] = []

    def fail(*_: object) -> None:
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(upkeep, "FLUSH_S", 0.001)
    monkeypatch.setattr(upkeep, "TIDY_EVERY", 1)
    monkeypatch.setattr(upkeep, "tidy", fail if broken == "tidy" else lambda _ids: None)

    async def run(threads: ThreadPoolExecutor) -> None:
        counts, loop, thrice = Counts(), asyncio.get_running_loop(), asyncio.Event()

        def written(batch: Batch) -> None:
            flushes.append(batch.id)
            loop.call_soon_threadsafe(thrice.set if len(flushes) == 3 else partial(counts.hit, key()))

        monkeypatch.setattr(upkeep, "write", written)
        often = fail if broken == "often" else lambda _hits: None
        keeper = upkeep.Upkeep(counts, never_warm, threads, read_often=often)
        keeper.start()
        counts.hit(key())
        async with asyncio.timeout(PATIENCE_S):
            await thrice.wait()
        await keeper.stop()

    with ThreadPoolExecutor(1) as threads:
        asyncio.run(run(threads))
    assert len(set(flushes)) == 3  # the last perhaps twice: stopped in the middle, it is written once more
    assert told in caplog.text


def test_a_copy_that_cannot_be_kept_is_kept_the_next_time(monkeypatch, caplog):
    monkeypatch.setattr(upkeep, "KEEP_EVERY_S", 0.001)
    kept = asyncio.Event()

    class Failing:
        tries = 0

        async def keep(self, _batch: Batch) -> None:
            self.tries += 1
            if self.tries == 1:
                raise RuntimeError("no answer that is known")
            kept.set()

    async def run(threads: ThreadPoolExecutor) -> None:
        counts = Counts()
        counts.hit(key())
        keeper = upkeep.Upkeep(counts, never_warm, threads)
        keeping = asyncio.create_task(keeper._keep_spare(Failing()))
        done, _ = await asyncio.wait(
            [keeping, waiting := asyncio.create_task(kept.wait())], return_when="FIRST_COMPLETED"
        )
        keeping.cancel()
        assert waiting in done

    with ThreadPoolExecutor(1) as threads:
        asyncio.run(run(threads))
    assert "could not be kept in Redis; trying again" in caplog.text


async def never_warm(_handbook: UUID, _tag: str) -> None:
    raise AssertionError("nothing was to be warmed")
