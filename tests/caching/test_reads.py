"""Read sets: stamped before the first read, and what parts bring with them."""

from __future__ import annotations

import pytest

from apps.caching import reads as module
from apps.caching.marks import State
from apps.caching.reads import Reads, current_reads, reading
from tests.caching.saying import LOG, OTHER, RESTORED, STREAM, Ears, at, row


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def reads(ears: Ears) -> Reads:
    return Reads(ears.hearing)


def test_a_stream_keeps_the_stamp_of_its_first_watch(ears: Ears, reads: Reads) -> None:
    reads.watch(STREAM)
    ears.hearing.listen(ears.table.say(row("~", "title")))
    reads.watch(STREAM)
    reads.note(STREAM, ["document.title"])
    assert reads.stamps == {STREAM: at(0)}
    assert reads.tags() == {STREAM: {"document.title"}}
    assert ears.index.state(reads.stamps, reads.tags()) is State.CHANGED


def test_what_is_noted_must_have_been_watched(reads: Reads) -> None:
    with pytest.raises(LookupError, match="was read before it was watched"):
        reads.note(STREAM, ["document.title"])


def test_a_part_brings_its_tags_and_the_older_stamp_counts(ears: Ears, reads: Reads) -> None:
    for _ in range(5):
        ears.table.say()
    reads.watch(STREAM)
    reads.note(STREAM, ["document.path"])
    reads.include({STREAM: at(3), OTHER: at(9)}, {STREAM: ["document.title"]})
    assert reads.stamps == {STREAM: at(3), OTHER: at(9)}
    assert reads.tags() == {STREAM: {"document.path", "document.title"}, OTHER: set()}
    reads.include({STREAM: at(4)}, {STREAM: ["link.key"]})
    assert reads.stamps[STREAM] == at(3)
    assert "link.key" in reads.tags()[STREAM]


@pytest.mark.parametrize(("own", "part"), [(LOG, RESTORED), (RESTORED, LOG)])
def test_parts_of_two_logs_are_valid_in_neither(ears: Ears, own: object, part: object) -> None:
    ears.table.log_id = own  # type: ignore[assignment]
    reads = Reads(ears.hearing)
    reads.watch(STREAM)
    reads.include({STREAM: at(7, part)}, {})  # type: ignore[arg-type]
    assert ears.index.state(reads.stamps, {}) is State.GONE
    ears.index.restart(STREAM, at(0, part))  # type: ignore[arg-type]
    assert ears.index.state(reads.stamps, {}) is State.GONE


def test_the_earliest_end_counts(reads: Reads) -> None:
    for seconds in (60.0, 5.0, 30.0):
        reads.ends_in(seconds)
    assert reads.must_end_s == 5.0


def test_too_many_tags_are_rolled_up(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TAGS_MAX", 3)
    reads.watch(STREAM)
    reads.note(STREAM, [f"document[id={number}].title" for number in range(9)])
    assert reads.tags() == {STREAM: {"document.title"}}


def test_the_innermost_read_set_is_the_current_one(ears: Ears) -> None:
    assert current_reads() is None
    with reading(ears.hearing) as outer:
        with pytest.raises(ZeroDivisionError), reading(ears.hearing) as inner:
            assert current_reads() is inner
            raise ZeroDivisionError
        assert current_reads() is outer
    assert current_reads() is None
