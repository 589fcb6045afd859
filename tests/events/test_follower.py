"""A follower hears every event that is committed from its beginning on: in order, without gaps."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.accounts.actions import rename_person
from apps.accounts.people import SYSTEM
from apps.events.follower import Follower, FollowerThread
from apps.events.guard import opened
from apps.events.models import Event, Stream
from apps.events.sessions import own_session
from apps.events.streams import handbook_stream
from apps.events.unit import record
from apps.events.wake import waker
from tests import given

PATIENCE_S = 30


def note(stream_id: UUID, times: int = 1) -> None:
    for _ in range(times):
        with record("x_noted", handbook_stream(stream_id), actor_id=None, always=True):
            pass


class Heard(list):
    def __call__(self, event: Event) -> None:
        self.append((event.stream_id, event.position))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.mark.django_db
def test_it_begins_with_what_comes_after_it(heard):
    known, fresh = uuid4(), uuid4()
    note(known, 2)
    follower = Follower([heard])
    follower.look()
    assert heard == []
    note(known)
    note(fresh, 2)
    follower.look()
    assert sorted(heard) == sorted([(known, 3), (fresh, 1), (fresh, 2)])
    follower.look()
    assert follower.heard == 3


@pytest.mark.django_db
def test_a_missed_wake_up_is_made_good_by_the_next(heard):
    stream = uuid4()
    follower = Follower([heard])
    note(stream)
    follower.catch_up({stream: 1})
    note(stream, 3)
    follower.catch_up({stream: 4})
    assert heard == [(stream, position) for position in (1, 2, 3, 4)]


@pytest.mark.django_db
def test_the_first_wake_up_of_a_stream_brings_what_came_before_it(heard):
    stream, other = uuid4(), uuid4()
    note(stream)
    follower = Follower([heard])
    note(other)
    note(stream, 3)
    follower.catch_up({stream: 4})  # as after one's own write, while another's wake-up is on its way
    assert heard == [(stream, position) for position in (2, 3, 4)]


@pytest.mark.postgresql_only("SQLite tells of no streams")
@pytest.mark.django_db(transaction=True)
def test_wake_ups_that_come_together_are_all_told():
    streams = {uuid4() for _ in range(5)}
    with closing(waker()) as source:
        for stream in streams:
            note(stream, 2)
        told: dict[UUID, int] = {}
        while told.keys() != streams:
            moves = source.wait(PATIENCE_S)
            assert moves is not None, f"{len(streams) - len(told)} were lost"
            told = moves | told
    assert set(told.values()) == {1}


@pytest.mark.django_db
def test_wake_ups_may_come_twice_late_or_for_nothing(heard):
    stream = uuid4()
    follower = Follower([heard])
    note(stream, 2)
    for moves in ({stream: 1}, {stream: 1}, {stream: 2}, {uuid4(): 5}, {}):
        follower.catch_up(moves)
    follower.look()
    assert heard == [(stream, 1), (stream, 2)]


@pytest.mark.django_db
def test_streams_first_heard_of_while_wake_ups_were_lost_are_found(heard):
    follower = Follower([heard])
    streams = [uuid4() for _ in range(3)]
    for stream in streams:
        note(stream, 2)
    follower.look()
    assert sorted(heard) == sorted((stream, position) for stream in streams for position in (1, 2))


@pytest.mark.django_db
def test_a_restored_log_is_heard_from_its_beginning(heard):
    stream = uuid4()
    follower = Follower([heard])
    note(stream, 3)
    follower.look()
    with opened():  # as after a restore: a new log id, and other events at positions heard before
        Stream.objects.filter(pk=stream).update(log_id=uuid4())
    note(stream)
    del heard[:]
    follower.look()
    assert heard == [(stream, position) for position in (1, 2, 3, 4)]


@pytest.mark.django_db
def test_a_reset_log_is_heard_though_its_ids_begin_again(heard):
    note(uuid4(), 5)
    follower = Follower([heard])
    with opened():
        Event.objects.all().delete()
        Stream.objects.all().delete()
    stream = uuid4()
    with opened():
        Stream.objects.create(id=stream, kind=2, position=1)
        Event.objects.create(
            id=1,
            stream_id=stream,
            position=1,
            type="x_noted",
            operation_id=uuid4(),
            at="2026-01-01T00:00:00Z",
        )
    follower.look()
    assert heard == [(stream, 1)]


@pytest.mark.django_db
def test_retired_events_leave_no_hole_to_wait_for(heard):
    stream = uuid4()
    follower = Follower([heard])
    note(stream, 4)
    with opened():
        Event.objects.filter(stream_id=stream, position__in=(2, 4)).delete()
    follower.look()
    assert heard == [(stream, 1), (stream, 3)]


@pytest.mark.django_db
def test_a_listener_that_fails_holds_up_nobody(heard, caplog):
    def fails(_event: Event) -> None:
        raise ZeroDivisionError

    stream = uuid4()
    follower = Follower([fails, heard])
    note(stream, 2)
    follower.look()
    assert heard == [(stream, 1), (stream, 2)]
    assert caplog.text.count("A listener failed") == 2


MANY = 300  # ids


@pytest.fixture
def writer() -> Iterator[BaseDatabaseWrapper]:
    """Another connection, in the middle of writing one event of a stream."""
    session = own_session()
    session.set_autocommit(autocommit=False)
    yield session
    session.rollback()
    session.close()


def write(writer: BaseDatabaseWrapper, stream_id: UUID) -> None:
    with opened(), writer.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_stream (id, kind, log_id, position) VALUES (%s, 2, %s, 1)",
            [stream_id, uuid4()],
        )
        cursor.execute(
            "INSERT INTO events_event (stream_id, position, type, touches, operation_id, at, applied)"
            " VALUES (%s, 1, 'x_noted', '[]', %s, now(), false)",
            [stream_id, uuid4()],
        )


@pytest.mark.postgresql_only("SQLite's writers are serial: ids are seen in their order")
@pytest.mark.django_db(transaction=True)
def test_an_id_taken_early_and_committed_late_is_heard_without_a_wake_up(heard, writer):
    follower = Follower([heard])
    assert follower.begun
    late, others = uuid4(), uuid4()
    write(writer, late)
    note(others, MANY)
    for _ in range(3):
        follower.look()
    assert heard == [(others, position) for position in range(1, MANY + 1)]
    writer.commit()
    note(others)
    follower.look()
    assert sorted(heard[MANY:]) == sorted([(late, 1), (others, MANY + 1)])
    follower.look()
    assert follower.last_id == Event.objects.latest("id").pk
    assert follower.heard == MANY + 2


@pytest.mark.postgresql_only("SQLite's writers are serial: ids are seen in their order")
@pytest.mark.django_db(transaction=True)
def test_memory_is_not_trusted_before_those_have_ended_who_wrote_when_following_began(heard, writer):
    begun = []
    write(writer, uuid4())
    note(uuid4(), MANY)
    thread = FollowerThread([heard], [lambda: begun.append(len(heard))])
    follower = thread.begin()
    thread._look(follower)
    assert (begun, thread.confirmed_at) == ([], float("-inf"))
    writer.commit()
    thread._look(follower)
    assert begun == [0]
    assert thread.confirmed_at > 0


class Signals:
    """A listener for threads: waits until a number of events was heard."""

    def __init__(self) -> None:
        self.queue: queue.Queue[tuple[UUID, int]] = queue.Queue()

    def __call__(self, event: Event) -> None:
        self.queue.put((event.stream_id, event.position))

    def next(self) -> tuple[UUID, int]:
        return self.queue.get(timeout=PATIENCE_S)


@pytest.fixture
def signals():
    return Signals()


@pytest.fixture
def thread(signals):
    running = FollowerThread([signals])
    running.start()
    assert running.following.wait(PATIENCE_S)
    yield running
    running.stop()
    running.join(PATIENCE_S)
    assert not running.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_thread_hears_what_this_process_commits(signals, thread):
    anna = given.person()
    rename_person(SYSTEM, anna.id, name="Bert")
    assert [signals.next(), signals.next()] == [(anna.id, 1), (anna.id, 2)]


@pytest.mark.postgresql_only("SQLite has no connection to lose")
@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_made_again_and_nothing_is_missed(signals, thread, caplog):
    known = given.person()
    assert signals.next() == (known.id, 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    fresh = given.person()  # a stream it has not heard of
    rename_person(SYSTEM, known.id, name="Bert")
    assert sorted([signals.next(), signals.next()]) == sorted([(fresh.id, 1), (known.id, 2)])
    assert thread.is_alive()


@pytest.mark.postgresql_only("SQLite has no notifications")
@pytest.mark.django_db(transaction=True)
def test_a_foreign_notification_does_not_end_the_thread(signals, thread, caplog):
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY cairn_events, 'not ours'")
    anna = given.person()
    assert signals.next() == (anna.id, 1)


@pytest.mark.django_db(transaction=True)
def test_wakers_say_that_something_moved():
    def write() -> UUID:
        try:
            return given.person().id
        finally:
            connection.close()

    with closing(waker()) as source, ThreadPoolExecutor(1) as elsewhere:
        written = elsewhere.submit(write)
        began = time.monotonic()
        moves = source.wait(PATIENCE_S)
        assert time.monotonic() - began < PATIENCE_S
        assert moves == (None if connection.vendor == "sqlite" else {written.result(): 1})


@pytest.mark.postgresql_only("SQLite's wake-ups name no streams")
@pytest.mark.django_db(transaction=True)
def test_more_streams_than_a_notification_holds_are_looked_for_in_the_table():
    with closing(waker()) as source:
        with record("x_noted", *(handbook_stream(uuid4()) for _ in range(250)), actor_id=None, always=True):
            pass
        assert source.wait(PATIENCE_S) is None
