"""The tag index: for each stream, how far it was heard and where each tag last changed.

Fills register nothing here; an entry brings its stamp and its tags and is told its state. A tag that
is not in the index counts as not changed since the `floor`; trimming drops the lowest and raises it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from threading import Lock
from uuid import UUID

from apps.events.follower import Cursor

from .marks import Marks, State
from .tags import above

TAGS_MAX = 50_000  # of one stream
ALL_TAGS_MAX = 400_000  # of all streams together: some 60 MB
TRIMMED_TO = 0.8

type Stamps = Mapping[UUID, Cursor]  # stream -> how far it was heard before the first read
type Tags = Mapping[UUID, Iterable[str]]  # stream -> tags


class Tail:
    """What is known of a stream since `floor`. Marks are added in place, `heard` moves on after them; what
    would take marks away makes another tail, so whoever reads one of them needs no lock."""

    __slots__ = ("below", "exact", "floor", "heard", "log_id")

    def __init__(self, cursor: Cursor) -> None:
        self.log_id = cursor.log_id
        self.floor = self.heard = cursor.position
        self.exact: dict[State, dict[str, int]] = {State.CHANGED: {}, State.GONE: {}}
        self.below: dict[State, dict[str, int]] = {State.EXPIRED: {}, State.CHANGED: {}, State.GONE: {}}

    def raise_marks(self, marks: Marks, position: int) -> None:
        for tag, state in marks.exact.items():
            for each in (State.CHANGED, State.GONE)[: state - 1]:
                _raise(self.exact[each], tag, position)
        for tag, state in marks.below.items():
            reached = (State.EXPIRED,) if state is State.EXPIRED else (State.CHANGED, State.GONE)[: state - 1]
            for each in reached:
                _raise(self.below[each], tag, position)

    def state(self, stamp: Cursor, tags: Iterable[str]) -> State:
        if stamp.log_id != self.log_id or stamp.position < self.floor:
            return State.GONE
        if stamp.position >= self.heard:
            return State.FRESH
        tags = tuple(tags)
        for state in (State.GONE, State.CHANGED):
            if self._newest(state, tags) > stamp.position:
                return state
        return State.EXPIRED if self._dropped(State.EXPIRED, tags) > stamp.position else State.FRESH

    @property
    def size(self) -> int:
        return sum(map(len, self._marks()))

    def trimmed(self, tags_max: int) -> Tail:
        """Itself, or a copy with the newest marks; of the others only the greatest position matters."""
        count = self.size
        if count <= tags_max:
            return self
        positions = (at for marks in self._marks() for at in marks.values())
        surplus = count - int(tags_max * TRIMMED_TO)
        tail = Tail(Cursor(self.log_id, self.heard))
        tail.floor = max(self.floor, heapq.nsmallest(surplus, positions)[-1])
        for kept, marks in zip(tail._marks(), self._marks(), strict=True):
            kept.update((tag, at) for tag, at in marks.items() if at > tail.floor)
        return tail

    def _marks(self) -> tuple[dict[str, int], ...]:
        return (*self.exact.values(), *self.below.values())

    def _newest(self, state: State, tags: tuple[str, ...]) -> int:
        marks = self.exact[state]
        return max(max((marks.get(tag, 0) for tag in tags), default=0), self._dropped(state, tags))

    def _dropped(self, state: State, tags: tuple[str, ...]) -> int:
        marks = self.below[state]
        if not marks:
            return 0
        return max((marks.get(each, 0) for tag in tags for each in (tag, *above(tag))), default=0)


class StreamIndex:
    """The tail of one stream, written by one thread at a time, read by any."""

    __slots__ = ("_tail", "tags_max")

    def __init__(self, cursor: Cursor, tags_max: int = TAGS_MAX) -> None:
        self.tags_max = tags_max
        self._tail = Tail(cursor)

    @property
    def cursor(self) -> Cursor:
        """How far the stream was heard."""
        tail = self._tail
        return Cursor(tail.log_id, tail.heard)

    @property
    def floor(self) -> int:
        return self._tail.floor

    @property
    def size(self) -> int:
        """Marks that are kept."""
        return self._tail.size

    def trim(self, tags_max: int) -> None:
        self._tail = self._tail.trimmed(tags_max)

    def reset(self, cursor: Cursor) -> None:
        """Forget all: what is older than `cursor` can no longer be judged."""
        self._tail = Tail(cursor)

    def advance(self, cursor: Cursor, marks: Marks) -> None:
        """Hear one event. Heard again it changes nothing; after a gap all that is older is given up."""
        if cursor.log_id != self._tail.log_id:
            self.reset(Cursor(cursor.log_id, cursor.position - 1))
        tail = self._tail
        if cursor.position > tail.heard + 1:
            tail.floor = cursor.position - 1
        tail.raise_marks(marks, cursor.position)
        tail = tail.trimmed(self.tags_max)
        tail.heard = max(tail.heard, cursor.position)
        self._tail = tail

    def state(self, stamp: Cursor, tags: Iterable[str]) -> State:
        """What became since `stamp` of something with these tags. Below the floor nothing is known:
        it counts as GONE."""
        return self._tail.state(stamp, tags)


def _raise(marks: dict[str, int], tag: str, position: int) -> None:
    if marks.get(tag, 0) < position:
        marks[tag] = position


class TagIndex:
    """The streams this process has heard of. `generation` moves with every event: what was found fresh
    at one generation still is while it stands. Of more than `all_tags_max` marks the fullest streams give up
    their oldest half."""

    def __init__(self, tags_max: int = TAGS_MAX, all_tags_max: int = ALL_TAGS_MAX) -> None:
        self.generation = 0
        self._tags_max = tags_max
        self._all_tags_max = all_tags_max
        self._size = 0
        self._streams: dict[UUID, StreamIndex] = {}
        self._forgotten: dict[UUID, Cursor] = {}  # how far what was cleared had been heard
        self._lock = Lock()

    def heard(self, stream: UUID) -> Cursor | None:
        """How far a stream was heard; None before the first contact."""
        index = self._streams.get(stream)
        return index.cursor if index else None

    def contact(self, stream: UUID, cursor: Cursor) -> Cursor:
        """Begin with a stream at the position its row has. One that was heard meanwhile stays as it is."""
        with self._lock:
            index = self._streams.get(stream)
            return (index or self._begin(stream, cursor)).cursor

    def _begin(self, stream: UUID, cursor: Cursor) -> StreamIndex:
        """Nothing that was heard before a `clear` is unheard by it: what is older stays GONE."""
        known = self._forgotten.pop(stream, None)
        if known and known.log_id == cursor.log_id and known.position > cursor.position:
            cursor = known
        index = self._streams[stream] = StreamIndex(cursor, self._tags_max)
        return index

    def clear(self) -> None:
        """Forget every stream: what was made before is GONE."""
        with self._lock:
            self._forgotten |= {stream: index.cursor for stream, index in self._streams.items()}
            self._streams = {}
            self._size = 0
            self.generation += 1

    def restart(self, stream: UUID, cursor: Cursor) -> None:
        """Begin anew at the position the stream's row has: nothing tells what came before."""
        with self._lock:
            index = self._streams.get(stream)
            if index is None:
                self._begin(stream, cursor)
            else:
                self._size -= index.size
                index.reset(cursor)
            self.generation += 1

    def advance(self, stream: UUID, cursor: Cursor, marks: Marks) -> None:
        with self._lock:
            index = self._streams.get(stream)
            if index is None:
                index = self._begin(stream, Cursor(cursor.log_id, cursor.position - 1))
            self._size -= index.size
            index.advance(cursor, marks)
            self._size += index.size
            if self._size > self._all_tags_max:
                self._trim()
            self.generation += 1

    def _trim(self) -> None:
        while self._size > TRIMMED_TO * self._all_tags_max:
            fullest = max(self._streams.values(), key=lambda each: each.size)
            self._size -= fullest.size
            fullest.trim(fullest.size // 2)
            self._size += fullest.size

    def state(self, stamps: Stamps, tags: Tags) -> State:
        """The worst state over all streams; GONE where one is not known here."""
        worst = State.FRESH
        for stream, stamp in stamps.items():
            index = self._streams.get(stream)
            if index is None:
                return State.GONE
            worst = max(worst, index.state(stamp, tags.get(stream, ())))
        return worst
