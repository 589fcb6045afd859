"""The unit of work: one transaction that actions join. Rows and events are written in it, or neither.

The streams' rows are locked before anything is read, so checks of concurrent writers cannot race;
positions are handed out under the same lock at the end, so they are gapless and in commit order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from . import wake
from .changes import Change
from .guard import opened
from .models import Event, Stream
from .streams import StreamRef
from .touches import Touch, batches
from .tracked import current_unit


class StreamNotLockedError(RuntimeError):
    """A joining action needs a stream that the outer unit of work did not lock at its start."""


@dataclass(frozen=True)
class Draft:
    """What an action did, before it has a position."""

    type: str
    streams: tuple[StreamRef, ...]
    actor_id: UUID | None
    operation_id: UUID
    about_id: UUID | None = None
    revision_id: UUID | None = None
    within: UUID | None = None
    touches: tuple[Touch, ...] = ()
    outside: frozenset[tuple[str, str]] = frozenset()


class Unit:
    def __init__(self, streams: dict[UUID, Stream]) -> None:
        self.streams = streams
        self.drafts: list[Draft] = []

    def require(self, refs: tuple[StreamRef, ...]) -> None:
        missing = [ref for ref in refs if ref.id not in self.streams]
        if missing:
            raise StreamNotLockedError(f"{missing} must be named where the unit of work is opened.")

    def write_events(self) -> list[Event]:
        """Hand out positions and insert the events, under the lock."""
        now = timezone.now()
        events = []
        for draft in self.drafts:
            within = str(draft.within) if draft.within else None
            for part in batches(draft.touches, within, draft.outside):
                events += [self._event(draft, self.streams[ref.id], part, now) for ref in draft.streams]
        with opened():
            Event.objects.bulk_create(events)
            for stream_id in sorted({event.stream_id for event in events}):
                Stream.objects.filter(pk=stream_id).update(position=self.streams[stream_id].position)
        return events

    @staticmethod
    def _event(draft: Draft, stream: Stream, part: list[Touch], at: datetime) -> Event:
        stream.position += 1
        return Event(
            stream_id=stream.pk,
            position=stream.position,
            type=draft.type,
            about_id=draft.about_id,
            touches=[touch.to_json() for touch in part],
            revision_id=draft.revision_id,
            actor_id=draft.actor_id,
            operation_id=draft.operation_id,
            at=at,
        )


_current: ContextVar[Unit | None] = ContextVar("events_unit", default=None)


@contextmanager
def unit(*refs: StreamRef) -> Iterator[Unit]:
    """Open a unit of work over these streams, or join the one that is open.

    Keep it short: prepare (parse, render, hash) before. Raises StreamNotLockedError.
    """
    outer = _current.get()
    if outer is not None:
        outer.require(refs)
        yield outer
        return
    with transaction.atomic():
        opened_unit = Unit(_lock(refs))
        unit_token, row_token = _current.set(opened_unit), current_unit.set(object())
        try:
            yield opened_unit
        finally:
            _current.reset(unit_token)
            current_unit.reset(row_token)
        events = opened_unit.write_events()
        if events:
            wake.announce(events, {id: stream.log_id for id, stream in opened_unit.streams.items()})


def _lock(refs: tuple[StreamRef, ...]) -> dict[UUID, Stream]:
    """Lock the streams' rows, persons before handbooks and then by id; make those that do not exist.

    They are made before any lock is taken: a new row is locked as well, and out of that order it
    would meet another writer's locks crosswise.
    """
    ids = [ref.id for ref in refs]
    rows = Stream.objects.filter(pk__in=ids)
    known = set(rows.values_list("pk", flat=True))
    missing = [Stream(id=ref.id, kind=ref.kind) for ref in sorted(set(refs)) if ref.id not in known]
    if missing:
        with opened():
            Stream.objects.bulk_create(missing, ignore_conflicts=True)
    return {row.pk: row for row in rows.select_for_update().order_by("kind", "id")}


@contextmanager
def record(
    type: str,
    *refs: StreamRef,
    actor_id: UUID | None,
    operation_id: UUID | None = None,
    about_id: UUID | None = None,
    within: UUID | None = None,
    always: bool = False,
) -> Iterator[Recorder]:
    """One action's change: its writes and, where it touched anything (or `always`), its event on
    each of the streams. An action that fails inside a joined unit leaves nothing of itself."""
    draft = Draft(type, refs, actor_id, operation_id or uuid4(), about_id, None, within)
    with unit(*refs) as work:
        with transaction.atomic():
            change = Recorder(draft)
            try:
                yield change
            finally:
                change.close()
        if change.touches or always:
            work.drafts.append(replace(change.draft, touches=change.touches, outside=change.outside))


class Recorder(Change):
    """A change that knows the event it will become."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft

    def describe(
        self, *, about_id: UUID | None = None, revision_id: UUID | None = None, within: UUID | None = None
    ) -> None:
        """Name what the event is about, where it is known only after reading."""
        self.draft = replace(
            self.draft,
            about_id=about_id or self.draft.about_id,
            revision_id=revision_id or self.draft.revision_id,
            within=within or self.draft.within,
        )
