"""The relay: every handler, for every event, in order; who fails waits aside."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from apps.events import following
from apps.events.chores import Chore
from apps.events.guard import opened
from apps.events.models import Event, Parked
from apps.events.relay import RelayLock, drain, run_ahead
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


@pytest.mark.django_db
def test_those_ahead_run_once_over_every_event_and_again_where_another_process_takes_over():
    note(60)
    had: set[int] = set()
    run_ahead([first], had)
    run_ahead([first], had)
    assert ran == [("first", position) for position in range(1, 61)]
    run_ahead([first], set())
    assert len(ran) == 120
    assert Event.objects.filter(applied=False).count() == 60


@pytest.mark.django_db
def test_what_those_ahead_have_not_had_is_not_applied_nor_what_came_after_it():
    note(3)
    one, two, three = Event.objects.order_by("id").values_list("pk", flat=True)
    assert drain([second], ready={one, three}.__contains__) == 1
    assert ran == [("second", 1)]
    assert list(Event.objects.filter(applied=False).values_list("pk", flat=True)) == [two, three]


@pytest.mark.django_db
def test_what_is_applied_is_no_longer_remembered_by_those_ahead():
    note(2)
    had: set[int] = set()
    run_ahead([first], had)
    drain([second])
    note(1)
    run_ahead([first], had)
    assert had == {Event.objects.latest("id").pk}


@pytest.mark.django_db
def test_one_ahead_that_fails_is_parked_and_tried_again_by_those_ahead_alone():
    note(1)
    failing.add(1)
    run_ahead([second, first], had := set())
    assert ran == [("first", 1)]
    failing.clear()
    with opened():
        Parked.objects.update(next_attempt_at=timezone.now())
    assert drain([first]) == 1
    assert ran == [("first", 1)] * 2
    run_ahead([second, first], had)
    assert ran == [("first", 1)] * 2 + [("second", 1)]


@pytest.mark.django_db(transaction=True)
def test_those_ahead_wait_for_no_slow_handler_and_come_first_with_each_event():
    told: list[tuple[str, int]] = []
    at_work, go_on, both, done = (threading.Event() for _ in range(4))

    def ahead(event: Event) -> None:
        told.append(("ahead", event.pk))
        if len({pk for name, pk in told if name == "ahead"}) == 2:
            both.set()

    def slow(event: Event) -> None:
        at_work.set()
        assert go_on.wait(PATIENCE_S)
        told.append(("slow", event.pk))
        if len([name for name, _ in told if name == "slow"]) == 2:
            done.set()

    following.start([], [slow], ahead=[ahead])
    try:
        given.person()
        assert at_work.wait(PATIENCE_S)
        given.person()
        assert both.wait(PATIENCE_S)
        assert [name for name, _ in told] == ["ahead", "ahead"]
        go_on.set()
        assert done.wait(PATIENCE_S)
    finally:
        go_on.set()
        following.stop()
    ids = list(Event.objects.order_by("id").values_list("pk", flat=True))
    assert told == [*(("ahead", pk) for pk in ids), *(("slow", pk) for pk in ids)]


SESSIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@pytest.mark.postgresql_only("a file has no sessions to use up")
@pytest.mark.django_db(transaction=True)
def test_between_turns_the_threads_hold_no_connection_but_for_following_listening_and_the_lock():
    applied, done = threading.Event(), threading.Event()

    def do() -> None:
        Event.objects.count()
        done.set()

    following.start([], [lambda _: applied.set()], chores=[Chore(do, 3600)])
    try:
        given.person()
        assert applied.wait(PATIENCE_S)
        assert done.wait(PATIENCE_S)
        until = time.monotonic() + PATIENCE_S
        with connection.cursor() as cursor:
            while cursor.execute(SESSIONS).fetchone()[0] != 3:
                assert time.monotonic() < until
    finally:
        following.stop()


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
        assert len(running) == 5
        following.start([], [])
        given.person()
        assert applied.wait(PATIENCE_S)
    finally:
        following.stop()
    assert [thread for thread in threading.enumerate() if thread.name.startswith("events-")] == []
    assert not following.is_following()
    assert following.events_heard() == 0
