"""Why a cached page is as it is: its row in the catalogue, held against the log that came after it.

The log is the truth, so every process tells the same, whatever its own memory holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from apps.caching.index import StreamIndex
from apps.caching.marks import Marks, State, marks_of, presence_of_models
from apps.caching.tags import above
from apps.events.follower import Cursor
from apps.events.models import Event, Stream

from .models import CachedPage

EVENTS_MAX = 2_000  # looked at after the oldest stamp; older pages count as GONE: nothing is known of them


@dataclass(frozen=True)
class Cause:
    """The event that made a page other than FRESH, and the tag of it that the page depends on."""

    position: int
    type: str
    at: datetime
    actor_id: UUID | None
    tag: str


@dataclass(frozen=True)
class Standing:
    """The state of a page now; `cause` where an event, not time, made it so."""

    state: State
    cause: Cause | None


class Audit:
    """The tail of one handbook's log, read once for any number of its pages."""

    def __init__(self, handbook_id: UUID, since: int) -> None:
        """`since`: the position of the oldest stamp that will be asked about."""
        self.handbook_id = handbook_id
        stream = Stream.objects.filter(pk=handbook_id).first()
        log_id, position = (stream.log_id, stream.position) if stream else (UUID(int=0), 0)
        start = max(since, position - EVENTS_MAX)
        self._index = StreamIndex(Cursor(log_id, start))
        self._events: list[tuple[Event, Marks]] = []
        rows = Event.objects.filter(stream_id=handbook_id, position__gt=start).order_by("position")
        for event in rows:
            marks = marks_of(event.touched(), presence_of_models())
            self._events.append((event, marks))
            self._index.advance(Cursor(log_id, event.position), marks)

    def standing(self, page: CachedPage) -> Standing:
        stamp, tags = stamp_of(page, self.handbook_id)
        state = self._index.state(stamp, tags)
        if state is not State.FRESH:
            return Standing(state, self._cause(stamp, tags))
        over = page.made_at + timedelta(seconds=page.fresh_for_s) <= timezone.now()
        return Standing(State.EXPIRED if over else State.FRESH, None)

    def _cause(self, stamp: Cursor, tags: Iterable[str]) -> Cause | None:
        """The last event that touched it."""
        for event, marks in reversed(self._events):
            if event.position <= stamp.position:
                return None
            for tag in sorted(tags):
                if tag in marks.exact or any(each in marks.below for each in (tag, *above(tag))):
                    return Cause(event.position, event.type, event.at, event.actor_id, tag)
        return None


def stamp_of(page: CachedPage, stream: UUID) -> tuple[Cursor, list[str]]:
    log_id, position = page.stamps.get(str(stream), (str(UUID(int=0)), 0))
    return Cursor(UUID(log_id), position), page.tags.get(str(stream), [])


def audit_of(handbook_id: UUID, pages: Iterable[CachedPage]) -> Audit:
    positions = [stamp_of(page, handbook_id)[0].position for page in pages]
    return Audit(handbook_id, min(positions, default=0))
