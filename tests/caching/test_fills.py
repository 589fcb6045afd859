"""Fills: one for all who wait, never an older one for who came later, nothing inside a transaction."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from apps.caching.entries import EARLY, Entry
from apps.caching.fills import ROUNDS, FillInTransactionError, Fills, Made, UnsettledError
from apps.caching.hearing import TRUST_S
from apps.caching.marks import State
from apps.caching.memory import Memory
from apps.caching.reads import Reads
from apps.events.touches import Touch
from tests.caching.saying import STREAM, Ears, at, row

PATIENCE_S = 30


class Kitchen:
    """Fills on real threads. `make` notes one tag and gives how many were made; a test may stop it."""

    def __init__(self) -> None:
        self.ears = Ears()
        self.ears.hearing.begin()
        self.in_transaction = False
        self.threads = ThreadPoolExecutor(4)
        self.memory = Memory(1_000_000)
        self.fills = Fills(
            self.ears.index,
            self.ears.hearing,
            self.threads,
            clock=lambda: self.ears.now,
            in_transaction=lambda: self.in_transaction,
        )
        self.made = 0
        self.has_read, self.may_end = threading.Semaphore(0), threading.Semaphore(0)
        self.stops = False
        self.during: Callable[[], object] = lambda: None

    def make(self, reads: Reads) -> Made:
        reads.watch(STREAM)
        reads.note(STREAM, ["document[id=7].title"])
        self.made += 1
        number = self.made
        self.during()
        if self.stops:
            self.has_read.release()
            assert self.may_end.acquire(timeout=PATIENCE_S)
        return Made(number, 10, 60.0)

    def hear(self, *fields: str) -> None:
        self.ears.hearing.listen(self.ears.table.say(row("~", *(fields or ("title",)))))

    async def fetch(self, key: str = "page") -> Any:
        return (await self.fills.fetch(self.memory, "guide", key, self.make)).value

    async def begun(self) -> None:
        """Until a fill has read and stands still."""
        assert await asyncio.to_thread(self.has_read.acquire, timeout=PATIENCE_S)


@pytest.fixture
def kitchen() -> Iterator[Kitchen]:
    kitchen = Kitchen()
    yield kitchen
    kitchen.threads.shutdown()


def run(main: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(main, PATIENCE_S))


def test_one_fill_serves_all_who_wait(kitchen: Kitchen) -> None:
    async def main() -> None:
        kitchen.stops = True
        waiting = [asyncio.create_task(kitchen.fetch()) for _ in range(50)]
        await kitchen.begun()
        assert kitchen.fills.running() == 1
        kitchen.may_end.release()
        assert await asyncio.gather(*waiting) == [1] * 50

    run(main())
    assert kitchen.made == 1
    assert kitchen.fills.running() == 0
    kept = kitchen.memory.get("guide", "page")
    assert kept is not None
    assert (kept.stamps, kept.tags) == ({STREAM: at(0)}, {STREAM: {"document[id=7].title"}})


def test_equal_keys_of_two_tenants_are_two_fills(kitchen: Kitchen) -> None:
    async def main() -> None:
        kitchen.stops = True
        one, other = (
            asyncio.create_task(kitchen.fills.fetch(kitchen.memory, tenant, "/", kitchen.make))
            for tenant in ("a", "b")
        )
        await kitchen.begun()
        await kitchen.begun()
        kitchen.may_end.release(2)
        assert sorted([(await one).value, (await other).value]) == [1, 2]

    run(main())


def test_whoever_leaves_cancels_nothing(kitchen: Kitchen) -> None:
    async def main() -> None:
        kitchen.stops = True
        leaver, stayer = (asyncio.create_task(kitchen.fetch()) for _ in range(2))
        await kitchen.begun()
        leaver.cancel()
        await asyncio.wait([leaver])
        kitchen.may_end.release()
        assert await stayer == 1
        assert leaver.cancelled()

    run(main())


def test_who_came_after_a_change_is_not_given_what_was_begun_before(kitchen: Kitchen) -> None:
    async def main() -> None:
        kitchen.stops = True
        first = asyncio.create_task(kitchen.fetch())
        await kitchen.begun()
        kitchen.hear()
        second = asyncio.create_task(kitchen.fetch())
        await asyncio.sleep(0)
        kitchen.stops = False
        kitchen.may_end.release()
        assert await second == await first == 2  # it saw that it was changed, and was made again

    run(main())


def test_who_came_after_an_event_about_something_else_may_have_it(kitchen: Kitchen) -> None:
    async def main() -> None:
        kitchen.stops = True
        first = asyncio.create_task(kitchen.fetch())
        await kitchen.begun()
        kitchen.hear("path")
        second = asyncio.create_task(kitchen.fetch())
        await asyncio.sleep(0)
        kitchen.may_end.release()
        assert (await first, await second) == (1, 1)

    run(main())


def test_what_changes_each_time_is_given_to_who_came_before_but_never_from_memory(kitchen: Kitchen) -> None:
    kitchen.during = kitchen.hear
    run(_is_given(kitchen, 2 * ROUNDS))
    kept = kitchen.memory.get("guide", "page")
    assert kept is None or kept.state(kitchen.ears.index, 100.0) is State.CHANGED


async def _is_given(kitchen: Kitchen, value: int) -> None:
    assert await kitchen.fetch() == value


def test_what_is_gone_each_time_is_given_to_nobody(kitchen: Kitchen) -> None:
    kitchen.during = lambda: kitchen.ears.hearing.listen(kitchen.ears.table.say(Touch(
        "tag", "~", ("GONE",), "document"
    )))  # fmt: skip

    async def main() -> None:
        with pytest.raises(UnsettledError):
            await kitchen.fetch()

    run(main())


def test_what_goes_wrong_is_told_to_all_who_wait_and_the_next_begins_anew(kitchen: Kitchen) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    async def main() -> None:
        kitchen.during = fail
        outcomes = await asyncio.gather(*(kitchen.fetch() for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in outcomes] == [ZeroDivisionError] * 3
        assert kitchen.fills.running() == 0
        kitchen.during = lambda: None
        assert await kitchen.fetch() == kitchen.made

    run(main())


def test_rows_of_two_moments_that_do_not_fit_are_read_once_more(kitchen: Kitchen) -> None:
    def torn() -> None:
        if kitchen.made == 1:
            kitchen.hear("path")
            raise LookupError("a child without its parent")

    kitchen.during = torn
    run(_is_given(kitchen, 2))


def test_an_old_fill_that_fails_does_not_fail_who_came_later(kitchen: Kitchen) -> None:
    def fail() -> None:
        if kitchen.made == 1:
            kitchen.has_read.release()
            assert kitchen.may_end.acquire(timeout=PATIENCE_S)
            raise ZeroDivisionError

    async def main() -> None:
        kitchen.during = fail
        first = asyncio.create_task(kitchen.fetch())
        await kitchen.begun()
        kitchen.hear()
        second = asyncio.create_task(kitchen.fetch())
        await asyncio.sleep(0)
        kitchen.may_end.release()
        assert await second == await first == 2

    run(main())


def test_a_renewal_is_made_once_and_keeps_its_failure_to_itself(kitchen: Kitchen) -> None:
    async def main() -> None:
        kitchen.stops = True
        for _ in range(3):
            kitchen.fills.renew(kitchen.memory, "guide", "page", kitchen.make)
        await kitchen.begun()
        assert kitchen.fills.running() == 1
        kitchen.may_end.release()
        assert await kitchen.fetch() == 1

    run(main())
    assert kitchen.made == 1


def test_a_renewal_that_fails_is_logged_once_each_time(
    kitchen: Kitchen, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(reads: Reads) -> Made:
        raise ZeroDivisionError(kitchen.make(reads).value)

    async def main() -> None:
        kitchen.stops = True
        for _ in range(2):
            for _ in range(2):
                kitchen.fills.renew(kitchen.memory, "guide", "page", fail)
            (fill,) = kitchen.fills._running.values()
            await kitchen.begun()
            kitchen.may_end.release()
            with pytest.raises(ZeroDivisionError):
                await asyncio.wrap_future(fill.done)

    run(main())
    said = "page could not be renewed; the old one is served"
    assert [record.getMessage() for record in caplog.records] == [said, said]
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["1", "2"]


def test_inside_a_transaction_nothing_is_filled(kitchen: Kitchen) -> None:
    kitchen.in_transaction = True

    async def main() -> None:
        with pytest.raises(FillInTransactionError):
            await kitchen.fetch()

    run(main())
    assert (kitchen.made, len(kitchen.memory)) == (0, 0)


def test_cut_off_a_fill_asks_the_table_before_it_is_given(kitchen: Kitchen) -> None:
    def written_elsewhere() -> None:
        if kitchen.made == 1:
            kitchen.ears.table.say(row("~", "title"))

    kitchen.ears.now += TRUST_S
    kitchen.during = written_elsewhere
    run(_is_given(kitchen, 2))


def test_a_life_ends_with_the_least_of_what_was_said(kitchen: Kitchen) -> None:
    def make(reads: Reads) -> Made:
        reads.ends_in(5.0)
        return kitchen.make(reads)

    async def main() -> Entry:
        return await kitchen.fills.fetch(kitchen.memory, "guide", "page", make)

    entry = asyncio.run(main())
    assert entry.fresh_for_s == 5.0
    states = [entry.state(kitchen.ears.index, 100.0 + seconds) for seconds in (0, 4.9, 5.0)]
    assert states == [State.FRESH, State.FRESH, State.EXPIRED]
    assert [entry.is_nearly_over(100.0 + 5.0 * share) for share in (EARLY - 0.01, EARLY + 0.01)] == [
        False,
        True,
    ]


def test_what_may_not_be_stored_is_given_and_not_kept(kitchen: Kitchen) -> None:
    async def main() -> None:
        entry = await kitchen.fills.fetch(
            kitchen.memory, "guide", "page", lambda reads: Made("body", 10, None, storable=False)
        )
        assert entry.value == "body"

    run(main())
    assert len(kitchen.memory) == 0


def test_what_belongs_into_another_memory_is_kept_there_alone(kitchen: Kitchen) -> None:
    apart = Memory(1_000_000)

    async def main() -> None:
        assert await kitchen.fetch() == 1
        entry = await kitchen.fills.fetch(
            kitchen.memory, "guide", "page", lambda reads: replace(kitchen.make(reads), pool=apart)
        )
        assert apart.get("guide", "page") is entry
        assert (entry.value, kitchen.memory.get("guide", "page")) == (2, None)

    run(main())
