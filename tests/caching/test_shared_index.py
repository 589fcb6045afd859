"""The index in Redis knows how far it is, and is never taken for further."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest

from apps.caching.marks import Marks, State
from apps.caching.shared_index import SharedIndex, Verdict, index_key
from apps.events.follower import Cursor
from apps.store.client import Store
from tests.caching.indexes import LOG
from tests.services.redis_cluster import RedisCluster

CHANGED = Marks({"a": State.CHANGED})


@pytest.fixture
def index(redis_nodes: RedisCluster) -> Iterator[SharedIndex]:
    store = Store(redis_nodes.urls, timeout_s=5)
    yield SharedIndex(store)
    store.close()


def test_of_a_stream_it_never_heard_it_says_that(index: SharedIndex):
    stream = uuid4()
    assert index.heard(stream) is None
    assert asyncio.run(index.state(stream, Cursor(LOG, 3), ["a"])) == Verdict(State.GONE, None)


def test_a_verdict_says_how_far_it_holds(index: SharedIndex):
    stream = uuid4()
    index.contact(stream, Cursor(LOG, 3))
    index.contact(stream, Cursor(LOG, 8))
    assert index.heard(stream) == Cursor(LOG, 3)
    assert index.advance(stream, LOG, [(4, CHANGED), (5, Marks())]) == 5
    assert asyncio.run(index.state(stream, Cursor(LOG, 3), ["a"])) == Verdict(State.CHANGED, Cursor(LOG, 5))
    assert asyncio.run(index.state(stream, Cursor(LOG, 4), ["a"])) == Verdict(State.FRESH, Cursor(LOG, 5))


def test_it_stays_for_a_day_after_the_last_word_of_its_stream(index: SharedIndex, redis_nodes: RedisCluster):
    stream = uuid4()
    node, _follower = redis_nodes.master_of(index_key(stream))

    def left_s() -> int:
        left: int = node.call("TTL", index_key(stream))
        node.call("EXPIRE", index_key(stream), 60)
        return left

    index.contact(stream, Cursor(LOG, 3))
    assert left_s() > 86_000
    index.advance(stream, LOG, [(4, CHANGED)])
    assert left_s() > 86_000
    index.follow(stream, LOG, [(5, CHANGED)]).result()
    assert left_s() > 86_000
    index.restart(stream, Cursor(LOG, 9))
    assert left_s() > 86_000


def test_who_follows_leaves_a_gap_for_others_to_fill(index: SharedIndex):
    stream = uuid4()
    assert index.follow(stream, LOG, [(5, CHANGED)]).result() == b"0"
    assert index.heard(stream) is None
    index.contact(stream, Cursor(LOG, 3))
    assert index.follow(stream, LOG, [(5, CHANGED)]).result() == b"3"
    assert index.heard(stream) == Cursor(LOG, 3)
    assert index.follow(stream, LOG, [(4, CHANGED), (5, CHANGED), (7, CHANGED)]).result() == b"5"
    assert asyncio.run(index.state(stream, Cursor(LOG, 3), ["b"])) == Verdict(State.FRESH, Cursor(LOG, 5))


def test_more_events_than_one_script_takes_are_all_heard(index: SharedIndex):
    stream = uuid4()
    index.contact(stream, Cursor(LOG, 0))
    events = [(position, Marks({f"t{position}": State.CHANGED})) for position in range(1, 251)]
    assert index.advance(stream, LOG, events) == 250
    assert asyncio.run(index.state(stream, Cursor(LOG, 149), ["t150"])).state is State.CHANGED
