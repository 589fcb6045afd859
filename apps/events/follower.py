"""Every process follows the log: a thread that delivers each stream's events in order, without gaps.

Wake-ups only say where to look. What was missed is read from the table, so a command, a second
worker and another node are heard alike.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError, connection

from .models import Event, Stream
from .wake import Moves, Waker, waker

logger = logging.getLogger(__name__)

Listener = Callable[[Event], None]
WAIT_S = 1.0


@dataclass(frozen=True)
class Cursor:
    """How far this process has heard a stream. Another log id: the database was restored."""

    log_id: UUID
    position: int


class Follower:
    """Delivers events to listeners, one at a time. Not thread-safe: it belongs to one thread."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self.listeners = listeners
        self.cursors: dict[UUID, Cursor] = {}
        self.heard = 0

    def catch_up(self, moves: Moves) -> None:
        """Deliver what is new in these streams."""
        for stream in Stream.objects.filter(pk__in=list(moves)):
            cursor = self.cursors.get(stream.pk)
            if cursor is None or cursor.log_id != stream.log_id:
                cursor = Cursor(stream.log_id, moves[stream.pk] - 1)
            self._deliver(cursor, Event.objects.filter(stream_id=stream.pk, position__gt=cursor.position))

    def resync(self) -> None:
        """Look at every stream heard so far: wake-ups may have been lost."""
        self.catch_up({id: cursor.position + 1 for id, cursor in self.cursors.items()})

    def _deliver(self, cursor: Cursor, events: Iterable[Event]) -> None:
        position = cursor.position
        for event in list(events.order_by("position")):  # type: ignore[attr-defined]
            for listener in self.listeners:
                try:
                    listener(event)
                except Exception:
                    logger.exception("A listener failed on %s", event)
            position = event.position
            self.heard += 1
            self.cursors[event.stream_id] = Cursor(cursor.log_id, position)


class FollowerThread(threading.Thread):
    """Follows until `stop()`. A database that is away is asked again."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        super().__init__(name="events-follower", daemon=True)
        self.follower = Follower(listeners)
        self.following = threading.Event()
        self._stopping = threading.Event()

    def run(self) -> None:
        source: Waker | None = None
        while not self._stopping.is_set():
            try:
                if source is None:
                    source = waker()
                    self.follower.resync()
                    self.following.set()
                moves = source.wait(WAIT_S)
                self.follower.resync() if moves is None else self.follower.catch_up(moves)
            except DatabaseError:
                logger.exception("Following the log failed; trying again")
                self.following.clear()
                source = None
                connection.close()
                self._stopping.wait(WAIT_S)
        connection.close()

    def stop(self) -> None:
        self._stopping.set()
