"""How far this process has heard the log, and whether its memory may be trusted.

While the process follows the log, what it remembers is right but for what was committed in the last
moments, at most TRUST_S. Cut off, it asks the table before it answers from memory.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, Final, Protocol
from uuid import UUID

from apps.events.follower import Cursor
from apps.events.models import Event, Stream

from .index import Stamps, TagIndex
from .marks import Marks, Presence, State, marks_of_event
from .tags import ROOT

logger = logging.getLogger(__name__)

TRUST_S: Final = 1.0
REPLAY_MAX: Final = 2_000  # events; further behind, the stream begins anew
EVERYTHING: Final = Marks(below={ROOT: State.GONE})
NO_LOG: Final = UUID(int=0)  # the stream of somebody who has written nothing yet


class Log(Protocol):
    """What hearing asks of the log's tables."""

    def cursor(self, stream: UUID) -> Cursor:
        """The position that the stream's row has."""

    def after(self, stream: UUID, position: int) -> Iterable[Event]:
        """At most REPLAY_MAX events of the stream after a position, in order."""


class DatabaseLog:
    def cursor(self, stream: UUID) -> Cursor:
        row = Stream.objects.filter(pk=stream).values_list("log_id", "position").first()
        return Cursor(*row) if row else Cursor(NO_LOG, 0)

    def after(self, stream: UUID, position: int) -> Iterable[Event]:
        events = Event.objects.filter(stream_id=stream, position__gt=position)
        return list(events.order_by("position")[:REPLAY_MAX])


class Hearing:
    """`clock` and `confirmed_at` are the process's monotonic time, in s."""

    def __init__(
        self,
        index: TagIndex,
        log: Log,
        *,
        clock: Callable[[], float],
        confirmed_at: Callable[[], float],
        presence: Callable[[], Presence],
    ) -> None:
        self.index = index
        self._log = log
        self._clock = clock
        self._confirmed_at = confirmed_at
        self._presence = presence
        self._begun = False
        self._beginning: AbstractContextManager[Any] = Lock()

    def begin(self) -> None:
        """Following begins: what the index was told before may lack what came in between, so it is
        emptied. Looks that began before are over by then, and look again."""
        with self._beginning:
            self.index.clear()
            self._begun = True

    def listen(self, event: Event) -> None:
        """Hear one event, as followers deliver it."""
        if event.log_id is None:
            raise ValueError(f"{event} comes from no follower: it does not say of which log it is.")
        self._hear(event, event.log_id)

    def trusted(self, now: float | None = None) -> bool:
        """Whether memory may answer without asking."""
        return (self._clock() if now is None else now) - self._confirmed_at() < TRUST_S

    def contact(self, stream: UUID) -> Cursor:
        """How far the stream has been heard; at first contact, or cut off, as far as its row says."""
        known = self.index.heard(stream)
        if known is not None and self.trusted():
            return known
        return self.refresh(stream)

    def refresh(self, stream: UUID) -> Cursor:
        """Hear all that is committed in this stream, whatever the follower has done."""
        if self._begun:
            return self._refresh(stream)
        with self._beginning:
            return self._refresh(stream)

    def _refresh(self, stream: UUID) -> Cursor:
        row, known = self._log.cursor(stream), self.index.heard(stream)
        if known is None:
            return self.index.contact(stream, row)
        if row.log_id == known.log_id and row.position <= known.position:
            return known
        start = max(0, row.position - REPLAY_MAX)
        if row.log_id == known.log_id:
            start = max(start, known.position)
        for event in self._log.after(stream, start):
            self._hear(event, row.log_id)
        known = self.index.heard(stream)
        if known is None or known.log_id != row.log_id or known.position < row.position:
            self.index.restart(stream, row)  # the events of a restored or thinned out log do not tell all
        return self.index.heard(stream) or row

    def confirm(self, stamps: Stamps) -> None:
        """Before memory answers while this process is cut off."""
        for stream in stamps:
            self.refresh(stream)

    def _hear(self, event: Event, log_id: UUID) -> None:
        marks = marks_told(event, self._presence())
        self.index.advance(event.stream_id, Cursor(log_id, event.position), marks)


def marks_told(event: Event, presence: Presence) -> Marks:
    """What an event says to caches, whatever stands in it."""
    try:
        return marks_of_event(event, presence)
    except Exception:  # passed over, it would leave what it changed in use
        logger.exception("%s cannot be read: all that was built from its stream goes", event)
        return EVERYTHING
