"""Events for tests of the caches, as followers deliver them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.caching.hearing import Hearing
from apps.caching.index import TagIndex
from apps.events.follower import Cursor
from apps.events.models import Event
from apps.events.touches import Op, Seen, Touch

STREAM, OTHER = UUID(int=1), UUID(int=2)
LOG, RESTORED = UUID(int=11), UUID(int=12)
PRESENCE = {"document": ("published_at",)}
EXISTED = {"+": (False, True), "~": (True, True), "-": (True, False)}


def at(position: int, log_id: UUID = LOG) -> Cursor:
    return Cursor(log_id, position)


def row(op: Op, *fields: str, id: str = "7", seen: Seen | None = None, **keys: tuple[Any, Any]) -> Touch:
    """Of a row that readers see as long as it is there, if nothing else is said."""
    return Touch("document", op, fields, id, keys, seen=seen or EXISTED[op])


def many(op: Op, *fields: str) -> Touch:
    return Touch("document", op, fields, None, {}, 200, seen=EXISTED[op])


def event(position: int, *touches: Touch, log_id: UUID | None = LOG, stream: UUID = STREAM) -> Event:
    said = Event(
        stream_id=stream,
        position=position,
        type="document_saved",
        touches=[touch.to_json() for touch in touches],
    )
    said.log_id = log_id
    return said


class Table:
    """The log's tables in memory. `asked` counts looks at a stream's row."""

    def __init__(self) -> None:
        self.log_id = LOG
        self.events: list[Event] = []
        self.position = 0
        self.asked = 0

    def say(self, *touches: Touch) -> Event:
        self.position += 1
        said = event(self.position, *touches, log_id=self.log_id)
        self.events.append(said)
        return said

    def cursor(self, stream: UUID) -> Cursor:
        self.asked += 1
        return Cursor(self.log_id, self.position) if stream == STREAM else Cursor(UUID(int=0), 0)

    def after(self, stream: UUID, position: int) -> list[Event]:
        from apps.caching.hearing import REPLAY_MAX

        found = [each for each in self.events if each.stream_id == stream and each.position > position]
        return found[:REPLAY_MAX]


class Ears:
    """A hearing over a table, with a clock that stands still."""

    def __init__(self) -> None:
        self.table = Table()
        self.now = self.confirmed_at = 100.0
        self.index = TagIndex()
        self.hearing = Hearing(
            self.index,
            self.table,
            clock=lambda: self.now,
            confirmed_at=lambda: self.confirmed_at,
            presence=lambda: PRESENCE,
        )
