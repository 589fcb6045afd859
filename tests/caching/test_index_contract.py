"""What a tag index promises, asked of the one in a process and of the one in Redis alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.caching.marks import Marks, State
from apps.events.follower import Cursor
from apps.store.client import Store
from tests.caching.indexes import LOG, Index, InProcess, InRedis
from tests.services.redis_cluster import RedisCluster

OTHER_LOG = UUID(int=2)
MANY = 1000
FRESH, EXPIRED, CHANGED, GONE = State

type NewIndex = Callable[..., Index]


@pytest.fixture(scope="module")
def store(redis_nodes: RedisCluster) -> Iterator[Store]:
    store = Store(redis_nodes.urls, timeout_s=5)
    yield store
    store.close()


@pytest.fixture(params=["process", "redis"])
def new_index(request: pytest.FixtureRequest, store: Store) -> NewIndex:
    def make(position: int = 10, tags_max: int = MANY) -> Index:
        at = Cursor(LOG, position)
        return InProcess(at, tags_max) if request.param == "process" else InRedis(store, at, tags_max)

    return make


def at(position: int) -> Cursor:
    return Cursor(LOG, position)


def test_what_was_stamped_where_it_began_is_fresh_and_what_is_older_is_not_known(new_index: NewIndex):
    index = new_index(10)
    assert index.state(at(10), ["document.title"]) is FRESH
    assert index.state(at(9), ["document.title"]) is GONE
    assert index.stands() == (LOG, 10, 10)


def test_a_mark_changes_what_carries_its_tag_and_is_older(new_index: NewIndex):
    index = new_index()
    index.advance(at(11), Marks({"a.x": CHANGED, "a.y": GONE}))
    assert [index.state(at(10), [tag]) for tag in ("a.x", "a.y", "a.z", "a")] == [CHANGED, GONE, FRESH, FRESH]
    assert index.state(at(11), ["a.x", "a.y"]) is FRESH
    assert index.state(at(10), ["a.x", "a.y"]) is GONE


def test_a_drop_reaches_all_that_is_below(new_index: NewIndex):
    index = new_index()
    index.advance(at(11), Marks({}, {"page:/a/": EXPIRED, "b": CHANGED, "c": GONE}))
    states = [index.state(at(10), [tag]) for tag in ("page:/a/b/", "page:/z/", "b[id=1].x", "c.x", "d")]
    assert states == [EXPIRED, FRESH, CHANGED, GONE, FRESH]
    index.advance(at(12), Marks({}, {"*": EXPIRED}))
    assert index.state(at(11), ["d"]) is EXPIRED
    assert index.state(at(10), ["b"]) is CHANGED


def test_an_exact_mark_that_only_expires_says_nothing(new_index: NewIndex):
    index = new_index()
    index.advance(at(11), Marks({"a": EXPIRED}))
    assert index.state(at(10), ["a"]) is FRESH


def test_the_greatest_position_wins_whatever_comes_last(new_index: NewIndex):
    index = new_index()
    index.advance(at(11), Marks({"b": CHANGED}))
    index.advance(at(12), Marks({"a": CHANGED}))
    index.advance(at(11), Marks({"a": CHANGED, "b": CHANGED}))
    assert index.state(at(11), ["a"]) is CHANGED
    assert index.stands() == (LOG, 10, 12)


def test_after_a_gap_all_that_is_older_is_given_up(new_index: NewIndex):
    index = new_index()
    index.advance(at(11), Marks({"a": CHANGED}))
    index.advance(at(14), Marks({"b": CHANGED}))
    assert [index.state(at(12), ["z"]), index.state(at(13), ["z"])] == [GONE, FRESH]
    assert index.state(at(13), ["b"]) is CHANGED
    assert index.stands() == (LOG, 13, 14)


def test_another_log_begins_anew(new_index: NewIndex):
    index = new_index()
    index.advance(at(11), Marks({"a": CHANGED}))
    index.advance(Cursor(OTHER_LOG, 5), Marks({"b": CHANGED}))
    assert index.state(at(11), ["z"]) is GONE
    assert index.state(Cursor(OTHER_LOG, 4), ["a"]) is FRESH
    assert index.state(Cursor(OTHER_LOG, 4), ["b"]) is CHANGED
    assert index.stands() == (OTHER_LOG, 4, 5)


def test_trimming_keeps_the_newest_and_raises_the_floor(new_index: NewIndex):
    index = new_index(0, tags_max=10)
    for position in range(1, 12):
        index.advance(at(position), Marks({f"t{position}": CHANGED}))
    assert index.stands() == (LOG, 3, 11)
    assert index.state(at(2), ["unheard"]) is GONE
    assert index.state(at(3), ["t3"]) is FRESH
    assert index.state(at(3), ["t4"]) is CHANGED


def test_many_tags_at_once_are_many_marks(new_index: NewIndex):
    index = new_index(0, tags_max=20_000)
    tags = [f"e[id={number}].x" for number in range(5_000)]
    index.advance(at(1), Marks(dict.fromkeys(tags, GONE)))
    assert index.state(at(0), tags[-1:]) is GONE
    assert index.state(at(0), ["e"] * 3 + [f"f{number}" for number in range(3_000)]) is FRESH
    assert index.state(at(0), [*(f"f{number}" for number in range(3_000)), tags[2_500]]) is GONE


TAGS = ["*", "a", "b", "a.x", "a.y", "b.x", "a[k=1].x", "a[k=2].x", "page", "page:/h/", "page:/h/a/"]
LOGS = st.sampled_from([LOG, LOG, LOG, LOG, OTHER_LOG])
MARKED = st.dictionaries(st.sampled_from(TAGS), st.sampled_from([EXPIRED, CHANGED, GONE]), max_size=5)
HEAR = st.tuples(st.just("hear"), LOGS, st.integers(-3, 3), st.builds(Marks, MARKED, MARKED))
ASK = st.tuples(
    st.just("ask"), LOGS, st.integers(-8, 2), st.lists(st.sampled_from(TAGS), max_size=5, unique=True)
)


@settings(max_examples=150)
@given(
    tags_max=st.sampled_from([3, 6, 12, MANY]), steps=st.lists(st.one_of(HEAR, ASK), min_size=5, max_size=40)
)
def test_the_two_give_the_same_answers_whatever_happens(store: Store, tags_max: int, steps: list):
    here = InProcess(at(20), tags_max)
    there = InRedis(store, at(20), tags_max)
    for what, log_id, offset, rest in steps:
        cursor = Cursor(log_id, max(1, here.stands()[2] + offset))
        if what == "hear":
            here.advance(cursor, rest)
            there.advance(cursor, rest)
        else:
            assert there.state(cursor, rest) is here.state(cursor, rest)
        assert there.stands() == here.stands()
    log_id, floor, heard = here.stands()
    for position in range(max(0, floor - 2), heard + 1):
        for tag in TAGS:
            stamp = Cursor(log_id, position)
            assert there.state(stamp, [tag]) is here.state(stamp, [tag])
