"""One of all processes makes what none has; the others wait for it, and take over from one that died."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from apps.caching.shared import Turn
from apps.store.client import Store
from apps.store.leases import release_lease, take_lease
from tests.caching.nodes import KEY, Log, Process
from tests.services.redis_cluster import RedisCluster, until


@pytest.fixture
def store(redis_nodes: RedisCluster) -> Iterator[Store]:
    store = Store(redis_nodes.urls, timeout_s=5)
    yield store
    store.close()


@pytest.fixture
def processes(store: Store) -> Iterator[list[Process]]:
    log = Log()
    processes = [Process(store, log, lease_s=1.0) for _ in range(4)]
    yield processes
    for process in processes:
        process.close()


@pytest.fixture
def hut(processes: list[Process]) -> UUID:
    stream = uuid4()
    processes[0].log.commit(stream, "old")
    return stream


def test_a_lease_is_one_processs_until_it_gives_it_back(store: Store):
    name = f"{{{uuid4()}}}:lease"
    first = asyncio.run(take_lease(store, name, 60))
    assert first is not None
    assert asyncio.run(take_lease(store, name, 60)) is None
    assert release_lease(store, first).result() == 1
    second = asyncio.run(take_lease(store, name, 60))
    assert second is not None
    assert release_lease(store, first).result() == 0  # it is another's now
    assert asyncio.run(take_lease(store, name, 60)) is None


def test_a_thousand_who_miss_at_once_in_four_processes_make_it_once(processes: list[Process], hut: UUID):
    async def storm() -> list[str]:
        for process in processes:
            process.may_make.clear()
        waiting = [asyncio.create_task(process.page(hut)) for process in processes for _ in range(250)]
        await asyncio.to_thread(until, lambda: any(each.making.is_set() for each in processes), "a fill")
        for process in processes:
            process.may_make.set()
        return await asyncio.gather(*waiting)

    assert set(asyncio.run(storm())) == {"old"}
    assert sum(len(process.made) for process in processes) == 1


def test_who_waits_is_not_given_what_changed_meanwhile(processes: list[Process], hut: UUID):
    first, second = processes[:2]

    async def meanwhile() -> list[str]:
        first.may_make.clear()
        early = asyncio.create_task(first.page(hut))
        await asyncio.to_thread(first.making.wait, 30)
        second.commit(hut, "new")
        late = asyncio.create_task(second.page(hut))
        await asyncio.to_thread(until, lambda: second.shared.counts["misses"] > 0, "a miss")
        first.may_make.set()
        return [await early, await late]

    early, late = asyncio.run(meanwhile())
    assert late == "new"
    assert early == "old"  # it came before the write, and this process has not heard of it
    assert second.made == ["new"]


def test_when_the_one_who_makes_it_dies_another_takes_over_within_its_lease(
    processes: list[Process], hut: UUID, store: Store
):
    dead, alive = processes[:2]
    taken = asyncio.run(dead.shared.turn(hut, KEY))
    assert isinstance(taken, Turn)
    assert taken.lease is not None

    async def take_over() -> str:
        waiting = asyncio.create_task(alive.page(hut))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
        return await asyncio.wait_for(waiting, 2.0)

    assert asyncio.run(take_over()) == "old"
    assert alive.made == ["old"]


def test_one_that_is_slower_than_its_lease_ends_nobody_elses(
    processes: list[Process], hut: UUID, store: Store
):
    slow, quick = processes[:2]
    taken = asyncio.run(slow.shared.turn(hut, KEY))
    assert isinstance(taken, Turn)
    assert taken.lease is not None
    lease = taken.lease.name
    until(lambda: store.begin("EXISTS", lease, key=lease).result() == 0, "the lease to end")
    held = asyncio.run(quick.shared.turn(hut, KEY))
    assert isinstance(held, Turn)
    assert held.lease is not None
    slow.shared.give_up(taken)
    assert store.begin("GET", lease, key=lease).result() == held.lease.token.encode()


def test_a_fill_that_fails_lets_the_next_one_try(processes: list[Process], hut: UUID):
    first, second = processes[:2]

    def fail(_reads: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(first.fills.fetch(first.memory, hut, KEY, fail, first.shared))  # type: ignore[arg-type]
    assert asyncio.run(asyncio.wait_for(second.page(hut), 0.9)) == "old"
    assert second.made == ["old"]


def test_whoever_leaves_cancels_nothing_and_leaves_no_lease(
    processes: list[Process], hut: UUID, store: Store
):
    first = processes[0]

    async def leave() -> str:
        first.may_make.clear()
        leaving = [asyncio.create_task(first.page(hut)) for _ in range(50)]
        await asyncio.to_thread(first.making.wait, 30)
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        first.may_make.set()
        return await first.page(hut)

    assert asyncio.run(leave()) == "old"
    assert first.made == ["old"]
    assert first.fills.running() == 0
    lease = first.shared._lease(hut, KEY)
    until(lambda: store.begin("EXISTS", lease, key=lease).result() == 0, "the lease to end", 0.9)
