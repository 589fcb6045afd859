"""What a reader of projections noted, and what the events after it mark: in a handbook of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apps.caching.index import StreamIndex
from apps.caching.marks import State, marks_of_event, presence_of_models
from apps.caching.reads import Reads, reading
from apps.events.follower import Cursor
from apps.events.models import Event, Stream


class Still:
    """A contact that takes each stream as its row stands."""

    def contact(self, stream: UUID) -> Cursor:
        row = Stream.objects.filter(pk=stream).values_list("log_id", "position").first()
        return Cursor(*row) if row else Cursor(UUID(int=0), 0)


class Kept:
    """A value with its read set."""

    def __init__(self, read: Callable[[], Any]) -> None:
        self.read = read
        with reading(Still()) as reads:
            self.value = read()
        self.reads: Reads = reads

    def state(self) -> State:
        """The worst over its streams, by all events since."""
        return max(
            (self._of(stream, stamp) for stream, stamp in self.reads.stamps.items()), default=State.FRESH
        )

    def _of(self, stream: UUID, stamp: Cursor) -> State:
        index = StreamIndex(stamp)
        for event in Event.objects.filter(stream_id=stream, position__gt=stamp.position).order_by("position"):
            index.advance(Cursor(stamp.log_id, event.position), marks_of_event(event, presence_of_models()))
        return index.state(stamp, self.reads.tags().get(stream, frozenset()))
