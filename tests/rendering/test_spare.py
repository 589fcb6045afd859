"""Counts that a process could not write down any more are written down by another, once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from apps.rendering.counting import Batch, write
from apps.rendering.models import CacheMinute
from apps.rendering.spare import KEY, Spare, dump, load
from apps.store.client import Store
from tests.services.redis_cluster import RedisCluster

HUT = (UUID(int=7), "public", "/hut/")
STOVE = (UUID(int=7), "members", "/hut/stove/?q=öl")


def batch() -> Batch:
    return Batch(uuid4(), hits={HUT: 3}, expired={STOVE: 1}, fills={HUT: 1}, render_ms={HUT: 4.5})


@pytest.fixture
def store(redis_nodes: RedisCluster) -> Iterator[Store]:
    store = Store(redis_nodes.urls, timeout_s=10)
    asyncio.run(store.call("DEL", KEY, key=KEY))
    yield store
    store.close()


def test_a_batch_comes_back_as_it_was():
    kept = batch()
    assert load(kept.id, dump(kept)) == kept


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x92\x02\x90", b"\x92\x01\x91\x91\x01"])
def test_what_is_no_batch_is_said(data: bytes):
    with pytest.raises(ValueError, match="no batch of counts"):
        load(uuid4(), data)


@pytest.mark.django_db
def test_counts_of_a_process_that_died_are_added_once_by_whoever_finds_them(store: Store):
    async def story() -> tuple[list[Batch], list[Batch]]:
        dead, lives, finder = Spare(store), Spare(store), Spare(store)
        left, growing = batch(), batch()
        await dead.keep(left)
        await lives.keep(growing)
        first = await finder.orphans([])
        growing.hits[HUT] += 1
        await lives.keep(growing)
        return first, await finder.orphans([])

    first, orphans = asyncio.run(story())
    assert first == []  # it may be about to write them down
    assert [each.hits for each in orphans] == [{HUT: 3}]
    assert [write(each) for each in (*orphans, *orphans)] == [True, False]
    assert CacheMinute.objects.values_list("hits", "expired", "fills").get() == (3, 1, 1)


def test_what_was_written_down_is_no_longer_kept_and_ones_own_is_no_orphan(store: Store):
    async def story() -> list[list[Batch]]:
        spare, mine, done = Spare(store), batch(), batch()
        await spare.keep(mine)
        await spare.keep(done)
        await spare.drop(done)
        return [await spare.orphans([mine.id]) for _look in range(2)]

    assert asyncio.run(story()) == [[], []]


def test_without_redis_nothing_is_kept_and_nothing_fails():
    spare = Spare(Store(["redis://127.0.0.1:1"], timeout_s=0.2))
    asyncio.run(spare.keep(batch()))
    assert asyncio.run(spare.orphans([])) == []
