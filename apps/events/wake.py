"""Wake-ups: something was committed, look at the log. They carry no truth and may be lost or doubled.

SQLite: `PRAGMA data_version` sees other connections' commits (3 us), polled. PostgreSQL: NOTIFY.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction

from .conf import conf
from .models import Event
from .sessions import own_session

CHANNEL = "cairn_events"
PAYLOAD_MAX_BYTES = 7900  # PostgreSQL allows 8000

Moves = dict[UUID, int]  # stream -> first position that may be new

committed_here = threading.Event()  # set by commits of this process, so SQLite need not wait for its poll
hear_here: list[Callable[[Moves], None]] = []  # what this process does with its own commits, at once
after_commit: list[Callable[[Sequence[Event]], None]] = []  # what a writer waits for before it goes on
written_here: ContextVar[dict[UUID, tuple[UUID, int]] | None] = ContextVar("events_written", default=None)


class Waker(Protocol):
    def wait(self, timeout_s: float) -> Moves | None:
        """The streams that moved; None where that is not known: after the timeout, or when wake-ups
        say no more than that there is something. The caller looks at the table then."""

    def close(self) -> None:
        """Free what it holds."""


def announce(events: Sequence[Event], log_ids: Mapping[UUID, UUID]) -> None:
    """Called inside the unit's transaction; heard by others when it commits, by this process before
    the commit returns to the writer. `log_ids` of the streams."""
    first: Moves = {}
    last: dict[UUID, tuple[UUID, int]] = {}
    for event in events:
        event.log_id = log_ids[event.stream_id]
        first.setdefault(event.stream_id, event.position)
        last[event.stream_id] = (log_ids[event.stream_id], event.position)
    if connection.vendor == "postgresql":
        payload = json.dumps({str(stream): at for stream, at in first.items()}, separators=(",", ":"))
        with connection.cursor() as cursor:
            fits = len(payload) <= PAYLOAD_MAX_BYTES
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload if fits else ""])
    transaction.on_commit(partial(_committed, events, first, last), robust=True)


def _committed(events: Sequence[Event], first: Moves, last: dict[UUID, tuple[UUID, int]]) -> None:
    written = written_here.get()
    if written is not None:
        written.update(last)
    committed_here.set()
    for hear in hear_here:
        hear(first)
    for wait in after_commit:
        wait(events)


def waker() -> Waker:
    """The waker of this thread's database, listening from now on."""
    return PostgresWaker() if connection.vendor == "postgresql" else SqliteWaker()


class SqliteWaker:
    def __init__(self) -> None:
        self._version = self._data_version()

    @staticmethod
    def _data_version() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])

    def wait(self, timeout_s: float) -> Moves | None:
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            version = self._data_version()
            if version != self._version:
                self._version = version
                break
            if committed_here.wait(conf.poll_ms / 1000):
                committed_here.clear()
        return None

    def close(self) -> None:
        """It holds nothing."""


class PostgresWaker:
    """Listens in a session of its own, so that notifications are never mixed with queries."""

    def __init__(self) -> None:
        self._session: Any = own_session()
        with self._session.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")

    def wait(self, timeout_s: float) -> Moves | None:
        """All that has come by then: what is not taken out of a batch would be lost."""
        moves: Moves = {}
        told_all = True
        for notification in self._session.connection.notifies(timeout=timeout_s, stop_after=1):
            told_all = told_all and bool(notification.payload)
            for stream, first in json.loads(notification.payload or "{}").items():
                moves[UUID(stream)] = min(first, moves.get(UUID(stream), first))
        return moves if told_all and moves else None

    def close(self) -> None:
        self._session.close()
