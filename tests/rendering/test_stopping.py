"""Stopping what reads the database on another thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import DatabaseError, connection, connections

from apps.rendering.stopping import Stop, StoppedError
from tests.rendering.slow.urls import ENDLESS

pytestmark = pytest.mark.django_db(transaction=True)
WAIT_S = 30


@pytest.fixture
def beside():
    with ThreadPoolExecutor(1) as pool:
        yield pool
        pool.submit(connections.close_all).result()


def ask(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_a_statement_that_runs_is_interrupted(beside):
    stop, begun = Stop(), Event()

    def work():
        with stop.listening():
            ask("SELECT 1")
            begun.set()
            ask(ENDLESS[connection.vendor])

    working = beside.submit(work)
    assert begun.wait(WAIT_S)
    stop()
    with pytest.raises((DatabaseError, StoppedError)):
        working.result(WAIT_S)


def test_the_next_statement_is_refused(beside):
    stop, stopped = Stop(), Event()

    def work():
        with stop.listening():
            assert stopped.wait(WAIT_S)
            ask("SELECT 1")

    working = beside.submit(work)
    stop()
    stopped.set()
    with pytest.raises(StoppedError):
        working.result(WAIT_S)


def test_stopping_what_is_over_disturbs_nobody(beside):
    stop = Stop()

    def work():
        with stop.listening():
            ask("SELECT 1")
        return connection.connection

    assert beside.submit(work).result(WAIT_S) is None  # given back
    stop()
    assert beside.submit(ask, "SELECT 1").result(WAIT_S) == [(1,)]


def test_a_connection_can_be_used_after_a_statement_was_stopped(beside):
    stop, begun = Stop(), Event()

    def work():
        with stop.listening():
            ask("SELECT 1")
            begun.set()
            ask(ENDLESS[connection.vendor])

    working = beside.submit(work)
    assert begun.wait(WAIT_S)
    stop()
    assert working.exception(WAIT_S) is not None
    assert beside.submit(ask, "SELECT 1").result(WAIT_S) == [(1,)]
