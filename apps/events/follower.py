"""Every process follows the log: a thread that delivers each stream's events in order, without gaps.

Wake-ups only say where to look. What was missed is read from the table, so a command, a second
worker and another node are heard alike.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import Max, Min

from .models import Event, Stream
from .processes import Presence
from .sessions import keep_own
from .wake import Moves, waker

logger = logging.getLogger(__name__)

Listener = Callable[[Event], None]
LOOK_EVERY_S = 0.25  # whatever wake-ups said or did not say; several fit into the time memory is trusted
RETRY_S = 1.0
AT_ONCE = 500
WRITING = """
    SELECT virtualtransaction FROM pg_locks
    WHERE relation = 'events_event'::regclass AND mode = 'RowExclusiveLock' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Cursor:
    """How far this process has heard a stream. Another log id: the database was restored."""

    log_id: UUID
    position: int


def writing() -> frozenset[str]:
    """The other transactions that are writing to the log: they hold its table's lock from before their first
    id is taken until they end. SQLite's writers are serial: there an id is seen before the next is taken."""
    if connection.vendor != "postgresql":
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(WRITING)
        return frozenset(name for (name,) in cursor.fetchall())


class Follower:
    """Delivers what is committed from now on to listeners, one event at a time. One thread at a time
    may call it.

    Ids are taken at insert and seen at commit, so one below the newest may still come. All up to the newest
    have been seen once nobody writes any more who was writing after that newest one was read: looks begin
    there. It has `begun` when that is so of the newest id at its start: what came before may lack some.
    """

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self.listeners = listeners
        self.cursors: dict[UUID, Cursor] = {}
        self.heard = 0
        self.last_id = self._newest = self._newest_id()
        self._writing = writing()
        self.begun = not self._writing

    def look(self) -> None:
        """Deliver whatever is new in the table."""
        newest = self._newest_id()
        writers = writing()  # not before: who takes an id below the newest must be among them, or be seen
        if newest < self._newest:  # the database was reset: what is in it is new
            self.last_id = self._newest = 0
        if newest > self.last_id:
            self.catch_up(self._streams_since(self.last_id))
        if not writers & self._writing:
            self.begun = True
            self.last_id, self._newest, self._writing = self._newest, newest, writers
        if not self._writing:
            self.last_id = self._newest

    def catch_up(self, moves: Moves) -> None:
        """Deliver what is new in these streams. Of one not heard so far that is all whose ids are later than
        those that were seen: the wake-up of an earlier position may still be on its way. In a restored log
        everything is new."""
        ids = list(moves)
        for start in range(0, len(ids), AT_ONCE):
            for stream in Stream.objects.filter(pk__in=ids[start : start + AT_ONCE]):
                cursor = self.cursors.get(stream.pk)
                since: dict[str, int] = {}
                if cursor is None:
                    cursor = Cursor(stream.log_id, moves[stream.pk] - 1)
                    since = {"id__gt": self.last_id}
                elif cursor.log_id != stream.log_id:
                    cursor = Cursor(stream.log_id, 0)
                self._deliver(stream.pk, cursor, stream.position, since)

    def _deliver(self, stream_id: UUID, cursor: Cursor, until: int, since: dict[str, int]) -> None:
        """Commits of a stream are in the order of its positions, so what one query sees has no gap
        but where old events were retired. The first query asks for `since`, if that says something."""
        while cursor.position < until:
            since = since or {"position__gt": cursor.position}
            events = Event.objects.filter(stream_id=stream_id, **since)
            found, since = list(events.order_by("position")[:AT_ONCE]), {}
            if not found:
                return
            for event in found:
                event.log_id = cursor.log_id
                self._tell(event)
                cursor = Cursor(cursor.log_id, event.position)
                self.cursors[stream_id] = cursor

    def _tell(self, event: Event) -> None:
        for listener in self.listeners:
            try:
                listener(event)
            except Exception:
                logger.exception("A listener failed on %s", event)
        self.heard += 1

    @staticmethod
    def _newest_id() -> int:
        return Event.objects.aggregate(newest=Max("id"))["newest"] or 0

    @staticmethod
    def _streams_since(last_id: int) -> Moves:
        since = Event.objects.filter(id__gt=last_id)
        return dict(since.values_list("stream_id").annotate(first=Min("position")))


class FollowerThread(threading.Thread):
    """Follows until `stop()`. A database that is away is asked again."""

    def __init__(
        self,
        listeners: Sequence[Listener],
        begins: Sequence[Callable[[], None]] = (),
        presence: Presence | None = None,
    ) -> None:
        super().__init__(name="events-follower", daemon=True)
        self.listeners = listeners
        self.begins = begins
        self._presence = presence
        self.follower: Follower | None = None
        self.following = threading.Event()
        self.confirmed_at = float("-inf")  # monotonic: all that was committed before has been delivered
        self._turn = threading.RLock()
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow()
            except Exception:  # a thread that dies would leave the process deaf without a word
                logger.exception("Following the log failed; trying again")
            self.following.clear()
            self._leave()
            connection.close()
            self._stopping.wait(RETRY_S)

    def hear(self, moves: Moves) -> None:
        """Deliver what was committed by the calling thread, before it goes on."""
        with self._turn:
            if self.follower is not None:
                self.follower.catch_up(moves)

    def _leave(self) -> None:
        if self._presence is not None and self._stopping.is_set():
            with suppress(DatabaseError):
                self._presence.leave()

    def begin(self) -> Follower:
        """From here on nothing is missed; where somebody is writing just now, from when they have ended."""
        follower = Follower(self.listeners)
        if follower.begun:
            self._begun()
        self.follower = follower
        return follower

    def _begun(self) -> None:
        """What was learnt before may lack what came in between."""
        for begins in self.begins:
            begins()

    def _look(self, follower: Follower) -> float:
        awaited = self._presence is None or self._presence.is_awaited()  # before the look, as `began`
        began = time.monotonic()
        with self._turn:
            had_begun = follower.begun
            follower.look()
        if not follower.begun:
            return began
        if not had_begun:
            self._begun()
        if awaited:
            self.confirmed_at = began
        return began

    def _follow(self) -> None:
        keep_own()  # a pool that is used up must not make memory distrusted
        with closing(waker()) as source:
            if self._presence is not None:
                self._presence.beat()  # the first alone: a write that has to wait would keep looks waiting
            follower = self.follower or self.begin()
            looked = self._look(follower)
            self.following.set()
            while not self._stopping.is_set():
                moves = source.wait(LOOK_EVERY_S)
                if moves:
                    self.hear(moves)
                if moves is None or time.monotonic() - looked > LOOK_EVERY_S:
                    looked = self._look(follower)

    def stop(self) -> None:
        self._stopping.set()
