"""The tag index: what it has heard, what it knows since when, and that trimming never hides a change."""

from __future__ import annotations

import pytest

from apps.caching.index import StreamIndex, TagIndex
from apps.caching.marks import Marks, State
from apps.events.follower import Cursor
from tests.caching.saying import LOG, OTHER, RESTORED, STREAM, at

FRESH, EXPIRED, CHANGED, GONE = State.FRESH, State.EXPIRED, State.CHANGED, State.GONE


def changed(*tags: str, state: State = CHANGED) -> Marks:
    return Marks(dict.fromkeys(tags, state))


@pytest.fixture
def index() -> StreamIndex:
    return StreamIndex(at(5))


def test_a_stamp_not_older_than_the_last_change_is_fresh(index: StreamIndex) -> None:
    index.advance(at(6), changed("d.title"))
    assert index.cursor == at(6)
    assert [index.state(at(position), ["d.title"]) for position in (4, 5, 6)] == [GONE, CHANGED, FRESH]
    assert index.state(at(5), ["d.path"]) is FRESH


def test_an_event_heard_again_or_late_changes_nothing(index: StreamIndex) -> None:
    index.advance(at(6), changed("d.title"))
    index.advance(at(7), changed("d.title"))
    index.advance(at(6), changed("d.title"))
    assert index.cursor == at(7)
    assert index.state(at(6), ["d.title"]) is CHANGED
    assert index.floor == 5


def test_after_a_gap_all_that_is_older_is_given_up(index: StreamIndex) -> None:
    index.advance(at(8), changed("d.title"))
    assert (index.floor, index.cursor) == (7, at(8))
    assert index.state(at(6), ["d.path"]) is GONE
    assert index.state(at(7), ["d.path"]) is FRESH


def test_another_log_makes_gone_what_the_first_one_stamped(index: StreamIndex) -> None:
    index.advance(at(1, RESTORED), changed())
    assert index.cursor == at(1, RESTORED)
    assert [index.state(at(position), ["d.path"]) for position in (0, 1, 5, 9)] == [GONE] * 4
    assert index.state(at(0, RESTORED), ["d.path"]) is FRESH


def test_gone_outlasts_a_later_change(index: StreamIndex) -> None:
    index.advance(at(6), changed("d.+", state=GONE))
    index.advance(at(7), changed("d.+"))
    assert [index.state(at(position), ["d.+"]) for position in (5, 6, 7)] == [GONE, CHANGED, FRESH]


@pytest.mark.parametrize("state", [EXPIRED, CHANGED, GONE])
def test_a_mark_with_all_below_reaches_every_tag_below(index: StreamIndex, state: State) -> None:
    index.advance(at(6), Marks(below={"d.title": state}))
    assert index.state(at(5), ["d[id=7].title"]) is state
    assert index.state(at(5), ["d.title"]) is state
    assert index.state(at(5), ["d[id=7].path", "d"]) is FRESH
    assert index.state(at(6), ["d.title"]) is FRESH


def test_trimming_keeps_the_newest_marks_and_raises_the_floor() -> None:
    index = StreamIndex(at(0), tags_max=10)
    for position in range(1, 12):
        index.advance(at(position), changed(f"d[id={position}].+"))
    assert index.floor == 3  # 8 of 11 are kept
    assert index.state(at(2), ["never"]) is GONE
    assert index.state(at(3), ["d[id=3].+"]) is FRESH
    assert index.state(at(3), ["d[id=4].+"]) is CHANGED


def test_one_event_with_more_tags_than_are_kept_gives_up_all_before_it() -> None:
    index = StreamIndex(at(0), tags_max=10)
    index.advance(at(1), changed(*(f"d[id={number}].+" for number in range(50))))
    assert (index.floor, index.cursor) == (1, at(1))
    assert index.state(at(0), ["never"]) is GONE
    assert index.state(at(1), ["d[id=3].+"]) is FRESH


def test_a_reader_that_began_before_trimming_still_sees_the_change() -> None:
    """Whoever took the tail has its floor and its marks; a trimmed one is another."""
    index = StreamIndex(at(0), tags_max=4)
    index.advance(at(1), changed("d.title"))
    tail = index._tail
    for position in range(2, 9):
        index.advance(at(position), changed(f"d[id={position}].+"))
    assert index.floor >= 1
    assert tail.state(at(0), ["d.title"]) is CHANGED
    index.reset(at(0, RESTORED))
    assert tail.state(at(0), ["d.title"]) is CHANGED


def test_contact_begins_where_the_row_stands_and_leaves_what_was_heard() -> None:
    index = TagIndex()
    assert index.heard(STREAM) is None
    assert index.contact(STREAM, at(5)) == at(5)
    index.advance(STREAM, at(6), changed("d.title"))
    assert index.contact(STREAM, at(5)) == at(6)
    assert index.heard(STREAM) == at(6)


def test_a_stream_first_heard_of_by_an_event_begins_before_it() -> None:
    index = TagIndex()
    index.advance(STREAM, at(6), changed("d.title"))
    assert index.heard(STREAM) == at(6)
    assert index.state({STREAM: at(5)}, {STREAM: ["d.title"]}) is CHANGED
    assert index.state({STREAM: at(4)}, {STREAM: []}) is GONE


@pytest.mark.parametrize("first", ["contact", "advance", "restart"])
def test_what_was_forgotten_is_not_unheard(first: str) -> None:
    """Whoever follows from now on is told again of what a look had heard before."""
    index = TagIndex()
    for position in (3, 4):
        index.advance(STREAM, at(position), changed("d.title"))
    index.clear()
    if first == "advance":
        index.advance(STREAM, at(3), changed("d.text"))
    else:
        getattr(index, first)(STREAM, at(2))
    assert index.heard(STREAM) == at(4)
    assert index.state({STREAM: at(3)}, {STREAM: ["d.title"]}) is GONE
    assert index.state({STREAM: at(4)}, {STREAM: ["d.title"]}) is FRESH


def test_a_restored_log_begins_where_its_row_stands_whatever_was_forgotten() -> None:
    index = TagIndex()
    index.advance(STREAM, at(9), changed("d.title"))
    index.clear()
    assert index.contact(STREAM, Cursor(RESTORED, 2)) == Cursor(RESTORED, 2)


def test_the_worst_of_all_streams_counts_and_an_unknown_one_is_gone() -> None:
    index = TagIndex()
    index.contact(STREAM, at(5))
    index.contact(OTHER, at(1))
    stamps = {STREAM: at(5), OTHER: at(1)}
    assert index.state(stamps, {}) is FRESH
    index.advance(OTHER, at(2), changed("d.title"))
    assert index.state(stamps, {STREAM: ["d.title"]}) is FRESH
    assert index.state(stamps, {OTHER: ["d.title"]}) is CHANGED
    index.clear()
    assert index.state(stamps, {}) is GONE


def test_of_too_many_marks_in_all_the_fullest_stream_gives_up_its_oldest() -> None:
    index = TagIndex(all_tags_max=20)
    index.advance(OTHER, at(1), changed(*(f"d[id={number}].+" for number in range(5))))
    for position in range(1, 17):
        index.advance(STREAM, at(position), changed(f"d[id={position}].+"))
    kept = [position for position in range(17) if index.state({STREAM: at(position)}, {}) is FRESH]
    assert kept == [10, 11, 12, 13, 14, 15, 16]  # 6 of the 16 that were too many with the other's 5
    assert index.state({STREAM: at(10)}, {STREAM: ["d[id=11].+"]}) is CHANGED
    assert index.state({OTHER: at(0)}, {OTHER: ["d[id=3].+"]}) is CHANGED
    index.restart(STREAM, at(20))
    for position in range(21, 35):
        index.advance(STREAM, at(position), changed(f"d[id={position}].+"))
    assert index.state({STREAM: at(20)}, {}) is FRESH


def test_generations_move_with_whatever_may_change_an_answer() -> None:
    index = TagIndex()
    index.contact(STREAM, at(5))
    assert index.generation == 0
    index.advance(STREAM, at(6), changed())
    index.restart(STREAM, at(9))
    index.clear()
    assert index.generation == 3


def test_to_begin_anew_gives_up_what_was_stamped_before() -> None:
    index = TagIndex()
    index.contact(STREAM, at(5))
    index.restart(STREAM, at(9))
    assert index.heard(STREAM) == at(9, LOG)
    assert index.state({STREAM: at(8)}, {}) is GONE
    assert index.state({STREAM: at(9)}, {}) is FRESH
