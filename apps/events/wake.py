"""Wake-ups: something was committed, look at the log. They carry no truth and may be lost or doubled.

SQLite: `PRAGMA data_version` sees other connections' commits (3 us), polled. PostgreSQL: NOTIFY.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Min

from .conf import conf
from .models import Event

CHANNEL = "cairn_events"
PAYLOAD_MAX_BYTES = 7900  # PostgreSQL allows 8000
EVERYTHING = "*"

Moves = dict[UUID, int]  # stream -> first position that may be new

committed_here = threading.Event()  # set by commits of this process, so SQLite need not wait for its poll


class Waker(Protocol):
    def wait(self, timeout_s: float) -> Moves | None:
        """Streams that moved since the last call, {} after the timeout, None where moves may have
        been missed and every known stream must be looked at."""


def announce(events: Iterable[Event]) -> None:
    """Called inside the unit's transaction; heard by others when it commits."""
    if connection.vendor == "postgresql":
        first: dict[str, int] = {}
        for event in events:
            first.setdefault(str(event.stream_id), event.position)
        payload = json.dumps(first, separators=(",", ":"))
        with connection.cursor() as cursor:
            fits = len(payload) <= PAYLOAD_MAX_BYTES
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload if fits else EVERYTHING])
    transaction.on_commit(committed_here.set)


def waker() -> Waker:
    """The waker of this thread's database connection, listening from now on."""
    return PostgresWaker() if connection.vendor == "postgresql" else SqliteWaker()


class SqliteWaker:
    def __init__(self) -> None:
        self._version = self._data_version()
        self._last_id = Event.objects.aggregate(last=Max("id"))["last"] or 0

    @staticmethod
    def _data_version() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])

    def wait(self, timeout_s: float) -> Moves | None:
        step_s = conf.poll_ms / 1000
        for _ in range(max(1, round(timeout_s / step_s))):
            if committed_here.wait(step_s):
                committed_here.clear()
            version = self._data_version()
            if version != self._version:
                self._version = version
                return self._moves()
        return {}

    def _moves(self) -> Moves:
        """Writers of SQLite are serial, so ids are in commit order here."""
        rows = (
            Event.objects.filter(id__gt=self._last_id)
            .values("stream_id")
            .annotate(first=Min("position"), last_id=Max("id"))
        )
        found = list(rows)
        self._last_id = max((row["last_id"] for row in found), default=self._last_id)
        return {row["stream_id"]: row["first"] for row in found}


class PostgresWaker:
    """Listens on a connection of its own, so that notifications are never mixed with queries."""

    def __init__(self) -> None:
        self._listening = connection.copy()
        self._listen()

    def _listen(self) -> None:
        self._listening.ensure_connection()
        self._listening.set_autocommit(True)
        with self._listening.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")

    def wait(self, timeout_s: float) -> Moves | None:
        import psycopg

        moves: Moves = {}
        try:
            for notification in self._listening.connection.notifies(timeout=timeout_s, stop_after=1):
                if notification.payload == EVERYTHING:
                    return None
                for stream, first in json.loads(notification.payload).items():
                    moves.setdefault(UUID(stream), first)
        except psycopg.OperationalError:
            self._listening.close()
            self._listen()
            return None
        return moves
