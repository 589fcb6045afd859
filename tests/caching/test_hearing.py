"""Hearing: the log of a process's streams, and when its memory may be trusted."""

from __future__ import annotations

import pytest

from apps.caching import hearing as module
from apps.caching.hearing import NO_LOG, TRUST_S
from apps.caching.marks import State
from apps.events.touches import Touch
from tests.caching.saying import LOG, OTHER, RESTORED, STREAM, Ears, at, event, row


@pytest.fixture
def ears() -> Ears:
    heard = Ears()
    heard.hearing.begin()
    return heard


def title() -> Touch:
    return row("~", "title")


TAGS = {STREAM: ["document[id=7].title"]}


def test_memory_is_trusted_for_a_second_after_the_log_was_confirmed(ears: Ears) -> None:
    ears.now = ears.confirmed_at + TRUST_S - 0.01
    assert ears.hearing.trusted()
    ears.now = ears.confirmed_at + TRUST_S
    assert not ears.hearing.trusted()


def test_a_stream_is_looked_up_at_first_contact_and_then_known(ears: Ears) -> None:
    ears.table.say(title())
    assert ears.hearing.contact(STREAM) == at(1)
    ears.table.say(title())
    assert ears.hearing.contact(STREAM) == at(1)
    assert ears.table.asked == 1
    assert ears.hearing.contact(OTHER) == at(0, NO_LOG)


def test_cut_off_it_asks_the_table_each_time(ears: Ears) -> None:
    ears.table.say(title())
    ears.hearing.contact(STREAM)
    ears.now += TRUST_S
    ears.table.say(title())
    assert ears.hearing.contact(STREAM) == at(2)
    assert ears.index.state({STREAM: at(1)}, TAGS) is State.CHANGED
    ears.table.say(title())
    ears.hearing.confirm({STREAM: at(1)})
    assert ears.index.heard(STREAM) == at(3)


def test_it_catches_up_whole_however_far_behind(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    """Further behind than is replayed, the stream begins anew."""
    monkeypatch.setattr(module, "REPLAY_MAX", 3)
    ears.table.say(title())
    ears.hearing.contact(STREAM)
    for _ in range(8):
        ears.table.say(title())
    assert ears.hearing.refresh(STREAM) == at(9)
    assert ears.index.state({STREAM: at(1)}, {}) is State.GONE
    assert ears.index.state({STREAM: at(6)}, TAGS) is State.CHANGED


def test_events_that_were_retired_hide_nothing(ears: Ears) -> None:
    ears.table.say(title())
    ears.hearing.contact(STREAM)
    ears.table.say(title())
    ears.table.events.clear()
    assert ears.hearing.refresh(STREAM) == at(2)
    assert ears.index.state({STREAM: at(1)}, {}) is State.GONE


@pytest.mark.parametrize("events", [0, 1, 2])
def test_a_restored_log_is_noticed_whatever_it_holds(ears: Ears, events: int) -> None:
    for _ in range(5):
        ears.table.say(title())
    ears.hearing.contact(STREAM)
    ears.table.log_id, ears.table.position = RESTORED, events
    ears.table.events = [event(number, title(), log_id=RESTORED) for number in range(1, events + 1)]
    assert ears.hearing.refresh(STREAM) == at(events, RESTORED)
    assert ears.index.state({STREAM: at(5)}, {}) is State.GONE
    assert ears.index.state({STREAM: at(events, RESTORED)}, TAGS) is State.FRESH


def test_a_table_that_is_behind_moves_nothing_back(ears: Ears) -> None:
    ears.hearing.listen(event(4, title()))
    ears.table.position = 2
    assert ears.hearing.refresh(STREAM) == at(4)


def test_what_was_learnt_before_following_began_is_forgotten() -> None:
    """A follower begins with what comes after it: what came before, and after a contact, it never tells."""
    ears = Ears()
    ears.hearing.contact(STREAM)
    ears.table.say(title())
    ears.hearing.begin()
    assert ears.index.state({STREAM: at(0)}, {}) is State.GONE
    assert ears.hearing.contact(STREAM) == at(1)
    assert ears.index.state({STREAM: at(0)}, {}) is State.GONE


def test_an_event_that_cannot_be_read_takes_all_of_its_stream(
    ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    ears.hearing.contact(STREAM)
    unreadable = event(1)
    unreadable.touches = [{"e": "document"}]
    ears.hearing.listen(unreadable)
    assert ears.index.heard(STREAM) == at(1)
    assert ears.index.state({STREAM: at(0)}, {STREAM: ["link.key"]}) is State.GONE
    assert "cannot be read" in caplog.text


def test_an_event_that_names_no_log_is_refused(ears: Ears) -> None:
    with pytest.raises(ValueError, match="does not say of which log it is"):
        ears.hearing.listen(event(1, title(), log_id=None))
    assert ears.hearing.contact(STREAM) == at(0, LOG)
