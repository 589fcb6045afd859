"""Why a cached page is as it is: its row in the catalogue, held against the log that came after it.

The log is the truth, so every process tells the same, whatever its own memory holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from apps.caching.hearing import NO_LOG
from apps.caching.index import StreamIndex
from apps.caching.marks import DROPPED, WARM, Marks, State, marks_of_event, presence_of_models
from apps.caching.process import fills
from apps.caching.tags import ROOT, above
from apps.events.follower import Cursor
from apps.events.models import Event, Stream

from .models import CachedPage

EVENTS_MAX: Final = 2_000  # looked at after the oldest stamp; what is older counts as GONE: nothing is known
LOOKED_BACK: Final = 500  # events, for what dropped a page the last time
RENEWING: Final = timedelta(seconds=15)  # so long after it was asked for, and until the catalogue tells


@dataclass(frozen=True)
class Cause:
    """The event that made a page other than FRESH, or did the last time, and the tag of it that the page
    depends on."""

    position: int
    type: str
    at: datetime
    actor_id: UUID | None
    tag: str


@dataclass(frozen=True)
class Standing:
    """The state of a page now; `cause` where an event, not time, made it so. `renewing`: somebody asked
    just now to have it made anew at once, and no server has written down that it has; or this process is
    making it anew while the old one is served."""

    state: State
    cause: Cause | None
    renewing: bool = False


class Tail:
    """The end of one stream."""

    def __init__(self, cursor: Cursor, since: int) -> None:
        self._index = StreamIndex(Cursor(cursor.log_id, since))
        self._log_id = cursor.log_id
        self._events: list[tuple[Event, Marks]] = []
        self._warmed: list[tuple[int, frozenset[str]]] = []

    def add(self, event: Event, now: datetime) -> None:
        marks = marks_of_event(event, presence_of_models())
        self._events.append((event, marks))
        self._index.advance(Cursor(self._log_id, event.position), marks)
        drops = [each for each in event.touched() if each.entity == DROPPED]
        warmed = frozenset(each.id or ROOT for each in drops if WARM in each.fields)
        if warmed and now - event.at < RENEWING:
            self._warmed.append((event.position, warmed))

    def state(self, stamp: Cursor, tags: Collection[str]) -> State:
        return self._index.state(stamp, tags)

    def cause(self, stamp: Cursor, tags: Iterable[str], state: State) -> Cause | None:
        """The last event that made it so."""
        for event, marks in reversed(self._events):
            if event.position <= stamp.position:
                return None
            if cause := _cause(event, marks, tags, state):
                return cause
        return None

    def is_warmed(self, stamp: Cursor, tags: Iterable[str]) -> bool:
        known = [warmed for position, warmed in self._warmed if position > stamp.position]
        return any(each in warmed for warmed in known for tag in tags for each in (tag, *above(tag)))


class Audit:
    """The tails of the streams that some pages were built from, read once for all of them."""

    def __init__(self, since: Mapping[UUID, int]) -> None:
        """`since`: for each stream the position of the oldest stamp that will be asked about."""
        self._now = timezone.now()
        rows = {row.pk: row for row in Stream.objects.filter(pk__in=since)}
        self._tails: dict[UUID, Tail] = {}
        for stream, oldest in since.items():
            row = rows.get(stream)
            cursor = Cursor(row.log_id, row.position) if row else Cursor(NO_LOG, 0)
            start = min(max(oldest, cursor.position - EVENTS_MAX), cursor.position)
            tail = self._tails[stream] = Tail(cursor, start)
            if cursor.position > start:
                for event in _events(stream, start):
                    tail.add(event, self._now)

    def standing(self, page: CachedPage, *, why: bool = True) -> Standing:
        """The worst over all streams. The cause is looked for event by event: not for a whole list."""
        state, cause, renewing = State.FRESH, None, False
        for stream, tail in self._tails.items():
            if str(stream) not in page.stamps:
                continue
            stamp, tags = stamp_of(page, stream)
            found = tail.state(stamp, tags)
            if found > state:
                state, cause = found, tail.cause(stamp, tags, found) if why else None
            renewing = renewing or tail.is_warmed(stamp, tags)
        if state is State.FRESH and page.made_at + timedelta(seconds=page.fresh_for_s) <= self._now:
            state = State.EXPIRED
        if state <= State.EXPIRED:
            renewing = renewing or fills.is_making(page.handbook_id, (page.audience, page.address))
        return Standing(state, cause, renewing)


def last_drop(page: CachedPage) -> Cause | None:
    """The last event before the page was made that what it is made of depends on. None where the last
    LOOKED_BACK of its streams tell of none: it was made since because its time was over, or nobody had it."""
    found = [cause for stream in map(UUID, page.stamps) if (cause := _last_drop(page, stream))]
    return max(found, key=lambda cause: cause.at, default=None)


def _last_drop(page: CachedPage, stream: UUID) -> Cause | None:
    stamp, tags = stamp_of(page, stream)
    presence = presence_of_models()
    before = Event.objects.filter(stream_id=stream, position__lte=stamp.position).order_by("-position")
    causes = (_cause(event, marks_of_event(event, presence), tags) for event in before[:LOOKED_BACK])
    return next((cause for cause in causes if cause), None)


def _cause(event: Event, marks: Marks, tags: Iterable[str], state: State = State.EXPIRED) -> Cause | None:
    """Of an event that makes a page with these tags at least so."""
    for tag in sorted(tags):
        below = (marks.below.get(each, State.FRESH) for each in (tag, *above(tag)))
        if max(marks.exact.get(tag, State.FRESH), *below) >= state:
            return Cause(event.position, event.type, event.at, event.actor_id, tag)
    return None


def _events(stream: UUID, after: int) -> Iterator[Event]:
    return Event.objects.filter(stream_id=stream, position__gt=after).order_by("position").iterator()


def stamp_of(page: CachedPage, stream: UUID) -> tuple[Cursor, list[str]]:
    log_id, position = page.stamps.get(str(stream), (str(NO_LOG), 0))
    return Cursor(UUID(log_id), position), page.tags.get(str(stream), [])


def audit_of(pages: Iterable[CachedPage]) -> Audit:
    oldest: dict[UUID, int] = {}
    for page in pages:
        for stream, (_log_id, position) in page.stamps.items():
            id = UUID(stream)
            oldest[id] = min(position, oldest.get(id, position))
    return Audit(oldest)
