"""The relay: every handler, for every event, in order; who fails waits aside."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from apps.events import following
from apps.events.guard import opened
from apps.events.models import Event, Parked
from apps.events.relay import RelayLock, drain
from apps.events.streams import handbook_stream
from apps.events.unit import record
from tests import given

PATIENCE_S = 30
ran: list[tuple[str, int]] = []
failing: set[int] = set()


def first(event: Event) -> None:
    ran.append(("first", event.position))


def second(event: Event) -> None:
    if event.position in failing:
        raise ValueError(f"not {event.position}")
    ran.append(("second", event.position))


@pytest.fixture(autouse=True)
def fresh():
    ran.clear()
    failing.clear()


def note(times: int) -> None:
    stream = uuid4()
    for _ in range(times):
        with record("x_noted", handbook_stream(stream), actor_id=None, always=True):
            pass


def due_in_s(parked: Parked) -> float:
    return (parked.next_attempt_at - timezone.now()).total_seconds()


@pytest.mark.django_db
def test_handlers_run_in_order_once():
    note(3)
    assert drain([first, second]) == 3
    assert ran == [(name, position) for position in (1, 2, 3) for name in ("first", "second")]
    assert drain([first, second]) == 0
    assert not Event.objects.filter(applied=False).exists()


@pytest.mark.django_db
def test_more_than_a_batch_is_drained():
    note(120)
    assert drain([first]) == 120
    assert ran == [("first", position) for position in range(1, 121)]


@pytest.mark.django_db
def test_a_failing_handler_parks_its_event_and_holds_up_nobody():
    note(3)
    failing.add(2)
    assert drain([second, first]) == 3
    assert ran == [("second", 1), ("first", 1), ("first", 2), ("second", 3), ("first", 3)]
    parked = Parked.objects.get()
    assert (parked.event.position, parked.attempts, parked.error) == (2, 1, "ValueError: not 2")
    assert parked.handler.endswith("second")
    assert 1 < due_in_s(parked) <= 2


@pytest.mark.django_db
def test_it_is_tried_again_when_due_and_later_each_time():
    note(1)
    failing.add(1)
    drain([second])
    for attempts in (2, 3, 4):
        drain([second])  # not due yet
        assert Parked.objects.get().attempts == attempts - 1
        with opened():
            Parked.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        drain([second])
        parked = Parked.objects.get()
        assert parked.attempts == attempts
        assert 2**attempts - 1 < due_in_s(parked) <= 2**attempts
    failing.clear()
    with opened():
        Parked.objects.update(next_attempt_at=timezone.now(), attempts=5000)
    drain([second])
    assert ran == [("second", 1)]
    assert not Parked.objects.exists()


@pytest.mark.django_db
def test_the_wait_has_a_limit():
    note(1)
    failing.add(1)
    drain([second])
    with opened():
        Parked.objects.update(next_attempt_at=timezone.now(), attempts=5000)
    drain([second])
    assert 3590 < due_in_s(Parked.objects.get()) <= 3600


@pytest.mark.django_db
def test_an_event_of_a_crashed_relay_is_applied_again():
    note(2)
    drain([first])
    with opened():
        Event.objects.update(applied=False)
    drain([first])
    assert ran == [("first", 1), ("first", 2)] * 2


@pytest.mark.django_db(transaction=True)
def test_the_lock_has_one_holder_and_goes_over_when_that_ends():
    one, two = RelayLock(), RelayLock()
    try:
        assert one.acquire()
        assert one.acquire()
        assert not two.acquire()
        one.release()
        assert two.acquire()
        assert not one.acquire()
    finally:
        one.release()
        two.release()


@pytest.mark.postgresql_only("SQLite's lock is a file's, no session's")
@pytest.mark.django_db(transaction=True)
def test_a_lock_whose_session_is_lost_is_not_believed_in():
    from django.db import DatabaseError

    one, two = RelayLock(), RelayLock()
    try:
        assert one.acquire()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            )
        assert two.acquire()
        with pytest.raises(DatabaseError):
            one.acquire()
        assert not one.acquire()
    finally:
        one.release()
        two.release()


@pytest.mark.django_db(transaction=True)
def test_following_starts_once_applies_what_it_hears_and_leaves_no_thread():
    applied, heard = threading.Event(), threading.Event()
    following.start([lambda _: heard.set()], [lambda _: applied.set()])
    try:
        running = [thread for thread in threading.enumerate() if thread.name.startswith("events-")]
        assert len(running) == 3
        following.start([], [])
        given.person()
        assert applied.wait(PATIENCE_S)
    finally:
        following.stop()
    assert [thread for thread in threading.enumerate() if thread.name.startswith("events-")] == []
    assert not following.is_following()
    assert following.events_heard() == 0
