"""What is made of many rows of a stream and brought on by the log: a change costs the rows it touched.

    titles = Followed({"document": frozenset({"title"})}, read, Titles.made, Titles.changed, 64_000_000)
    titles.of([handbook_id])        # {handbook_id: Titles}, as of now, by at most four statements

Nobody's memory is trusted here: each call asks how far the streams are. What was read is at least as new
as the position it is kept under.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Final, Protocol
from uuid import UUID

from django.db import connection
from django.db.models import Q

from apps.caching.entries import Entry
from apps.caching.memory import Memory
from apps.events.follower import Cursor
from apps.events.models import Event, Stream

EVENTS_MAX: Final = 300  # further behind it is made anew
LOCKS: Final = 32
KEY: Final = None  # a stream has one value here
ROWS_MAX: Final = 500  # touched; more are read with all others


class Sized(Protocol):
    size: int  # bytes in memory, about


class Row(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def stream(self) -> UUID: ...


@dataclass(frozen=True)
class Behind[T]:
    """`touched` None: to be made anew."""

    value: T | None
    touched: frozenset[UUID] | None


class Followed[R: Row, T: Sized]:
    """`watched`: entities whose rows share ids, and their columns. `read(streams, ids)` gives all rows of
    some streams, or those of them that have these ids."""

    def __init__(
        self,
        watched: Mapping[str, frozenset[str]],
        read: Callable[[Collection[UUID], Collection[UUID] | None], Iterable[R]],
        made: Callable[[Sequence[R]], T],
        changed: Callable[[T, Collection[UUID], Sequence[R]], T],
        max_bytes: int,
    ) -> None:
        self._watched = watched
        self._read, self._made, self._changed = read, made, changed
        self.memory = Memory(max_bytes)
        self._making = tuple(Lock() for _ in range(LOCKS))

    def of(self, streams: Collection[UUID]) -> dict[UUID, T]:
        """By stream; of one that does not exist what is made of no rows."""
        if connection.in_atomic_block:  # what it sees may be undone, and is nobody else's
            return self._anew(streams)
        cursors = {
            stream.pk: Cursor(stream.log_id, stream.position)
            for stream in Stream.objects.filter(pk__in=streams)
        }
        kept = {stream: self._kept(stream, cursor) for stream, cursor in cursors.items()}
        if None in kept.values():
            behind = {each: cursors[each] for each in kept if kept[each] is None}
            with self._alone(behind):
                kept |= self._brought_on(behind)
        return {stream: kept.get(stream) or self._made(()) for stream in streams}

    @contextmanager
    def _alone(self, streams: Collection[UUID]) -> Iterator[None]:
        """Who waits here would make the same, but for streams that share a lock by chance."""
        numbers = {stream.int % LOCKS for stream in streams}
        with ExitStack() as held:
            for number in sorted(numbers):  # in one order, so that no two wait for each other
                held.enter_context(self._making[number])
            yield

    def _kept(self, stream: UUID, cursor: Cursor) -> T | None:
        entry = self.memory.get(stream, KEY)
        if entry is None:
            return None
        at = entry.stamps[stream]
        value: T = entry.value
        return value if at.log_id == cursor.log_id and at.position >= cursor.position else None

    def _brought_on(self, cursors: Mapping[UUID, Cursor]) -> dict[UUID, T]:
        found = {stream: self._kept(stream, cursor) for stream, cursor in cursors.items()}  # made meanwhile
        behind = self._behind({stream: cursors[stream] for stream in found if found[stream] is None})
        made = self._anew([stream for stream, each in behind.items() if each.touched is None])
        ids = {id for each in behind.values() for id in each.touched or ()}
        rows = list(self._read(behind, ids)) if ids else []
        for stream, each in behind.items():
            if each.value is not None and each.touched is not None:
                own = [row for row in rows if row.stream == stream]
                made[stream] = self._changed(each.value, each.touched, own) if each.touched else each.value
        for stream, value in made.items():
            self._keep(stream, cursors[stream], value)
        return {stream: value for stream, value in found.items() if value is not None} | made

    def _behind(self, cursors: Mapping[UUID, Cursor]) -> dict[UUID, Behind[T]]:
        """What the streams that are kept still lack, by the events since."""
        entries = {stream: self.memory.get(stream, KEY) for stream in cursors}
        missed, wanted = Q(pk__in=()), {}
        for stream, cursor in cursors.items():
            entry = entries[stream]
            at = entry.stamps[stream] if entry else None
            if at and at.log_id == cursor.log_id and cursor.position - at.position <= EVENTS_MAX:
                missed |= Q(stream_id=stream, position__gt=at.position, position__lte=cursor.position)
                wanted[stream] = cursor.position - at.position
        events: dict[UUID, list[Event]] = {stream: [] for stream in wanted}
        for event in Event.objects.filter(missed) if wanted else ():
            events[event.stream_id].append(event)
        return {
            stream: Behind(
                entry.value if (entry := entries[stream]) else None,
                self._touched(events[stream]) if len(events.get(stream, ())) == wanted.get(stream) else None,
            )
            for stream in cursors
        }

    def _touched(self, events: Iterable[Event]) -> frozenset[UUID] | None:
        """The rows that events are about; None where they do not name all."""
        ids: set[UUID] = set()
        for event in events:
            for touch in event.touched():
                columns = self._watched.get(touch.entity)
                if columns is None or (touch.op == "~" and columns.isdisjoint(touch.fields)):
                    continue
                if touch.id is None:
                    return None
                ids.add(UUID(touch.id))
        return frozenset(ids) if len(ids) <= ROWS_MAX else None

    def _anew(self, streams: Collection[UUID]) -> dict[UUID, T]:
        rows: dict[UUID, list[R]] = {stream: [] for stream in streams}
        for row in self._read(streams, None) if streams else ():
            rows[row.stream].append(row)
        return {stream: self._made(own) for stream, own in rows.items()}

    def _keep(self, stream: UUID, cursor: Cursor, value: T) -> None:
        stamps = {stream: cursor}
        entry = Entry(value, value.size, stamps, {}, made_at=0, fresh_for_s=None)
        self.memory.put(stream, KEY, entry)
