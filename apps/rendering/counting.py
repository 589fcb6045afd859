"""What the edge served and made, counted in memory and written down in batches: page views, and the
catalogue of cached pages that admins see. At most FLUSH_S old; each batch is added once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from apps.caching.reads import Reads
from apps.events.follower import Cursor

from .models import CachedPage, CacheMinute, Flush

FLUSH_S: Final = 5.0
PAGES_MAX: Final = 50_000  # of one handbook, in the catalogue; those seen longest ago leave
PAGES_A_BATCH: Final = 200  # so long a transaction keeps other writers waiting
BATCHES_MAX: Final = 4  # between two flushes: more is made by a crawl, or by a load test
KEPT: Final = timedelta(days=7)  # minutes and flushes
ADDRESS_MAX: Final = 2_000
TRIES_MAX: Final = 5  # at one batch, before it waits for the next flush

type Key = tuple[UUID, str, str]  # handbook, audience, address
type Stamps = dict[str, list[str | int]]  # of each stream, as its row has them: log and position


@dataclass(frozen=True)
class FilledPage:
    at: datetime
    render_ms: float
    fresh_for_s: float
    size_bytes: int
    stamps: Stamps
    tags: Mapping[str, list[str]]


@dataclass
class Batch:
    id: UUID = field(default_factory=uuid4)
    hits: dict[Key, int] = field(default_factory=dict)
    expired: dict[Key, int] = field(default_factory=dict)
    fills: dict[Key, int] = field(default_factory=dict)
    render_ms: dict[Key, float] = field(default_factory=dict)
    pages: dict[Key, FilledPage] = field(default_factory=dict)
    held: dict[Key, Stamps] = field(default_factory=dict)  # pages that were found as they should be, by then
    left: set[Key] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.hits or self.fills or self.expired or self.held or self.left)

    def views(self, key: Key) -> int:
        return self.hits.get(key, 0) + self.expired.get(key, 0)

    def seen(self) -> set[Key]:
        return {*self.hits, *self.expired, *self.fills, *self.held}


class Counts:
    """Called from the event loop's thread alone."""

    def __init__(self) -> None:
        self._batch = Batch()
        self._full: deque[Batch] = deque()
        self.sources: list[Callable[[], None]] = []  # who counts apart, and tells before a batch is taken

    def hit(self, key: Key, times: int = 1) -> None:
        hits = self._batch.hits
        hits[key] = hits.get(key, 0) + times

    def served_expired(self, key: Key) -> None:
        expired = self._batch.expired
        expired[key] = expired.get(key, 0) + 1

    def filled(
        self, key: Key, reads: Reads, *, render_ms: float, size_bytes: int, fresh_for_s: float
    ) -> None:
        batch = self._with_room(key)
        batch.left.discard(key)
        batch.fills[key] = batch.fills.get(key, 0) + 1
        batch.render_ms[key] = batch.render_ms.get(key, 0.0) + render_ms
        if key not in batch.pages and len(batch.pages) >= PAGES_A_BATCH:
            return  # a crawl: the rest is counted, not listed
        batch.held.pop(key, None)
        batch.pages[key] = FilledPage(
            timezone.now(),
            render_ms,
            fresh_for_s,
            size_bytes,
            _stored(reads.stamps),
            {str(stream): sorted(tags) for stream, tags in reads.tags().items()},
        )

    def holds(self, key: Key, stamps: Mapping[UUID, Cursor]) -> None:
        """Somebody asked for a page to be made anew that is as it should be, as far as the log was heard."""
        batch = self._with_room(key)
        if key not in batch.pages and len(batch.held) < PAGES_A_BATCH:
            batch.held[key] = _stored(stamps)

    def left(self, key: Key) -> None:
        """There is no page at the address any more: it was moved, taken back, or never was."""
        batch = self._batch
        batch.pages.pop(key, None)
        if len(batch.left) < PAGES_A_BATCH:  # a crawl of what never was
            batch.left.add(key)

    def pending(self) -> list[Batch]:
        """What was not taken yet."""
        self._ask()
        return [each for each in (*self._full, self._batch) if each]

    def take(self) -> Batch:
        """The oldest batch; an empty one at the end."""
        if self._full:
            return self._full.popleft()
        self._ask()
        taken, self._batch = self._batch, Batch()
        return taken

    def _ask(self) -> None:
        for tell in self.sources:
            tell()

    def _with_room(self, key: Key) -> Batch:
        """For one more page, as long as there are not too many of them."""
        batch = self._batch
        is_full = max(len(batch.pages), len(batch.held)) >= PAGES_A_BATCH
        if is_full and key not in batch.pages and len(self._full) < BATCHES_MAX - 1:
            self._full.append(batch)
            self._batch = Batch()
        return self._batch


def _stored(stamps: Mapping[UUID, Cursor]) -> Stamps:
    return {str(stream): [str(at.log_id), at.position] for stream, at in stamps.items()}


def page_id(key: Key) -> str:
    return sha256("\0".join(map(str, key)).encode()).hexdigest()


def write(batch: Batch) -> bool:
    """Add a batch to the tables, in one transaction; False where it was added before."""
    if not batch:
        return False
    for _ in range(TRIES_MAX - 1):
        with suppress(IntegrityError):  # another process has listed one of its pages meanwhile
            return _write(batch)
    return _write(batch)


def _write(batch: Batch) -> bool:
    now = timezone.now()
    with transaction.atomic():
        _, is_new = Flush.objects.get_or_create(pk=batch.id, defaults={"at": now})
        if not is_new:
            return False
        _write_pages(batch, now)
        _write_minutes(batch, now.replace(second=0, microsecond=0))
    return True


def _write_pages(batch: Batch, now: datetime) -> None:
    """Rows are locked in the order of their ids, by every process: two that write the same pages would
    otherwise wait for each other."""
    ids = {page_id(key): key for key in batch.seen()}
    left = [page_id(key) for key in batch.left]
    touched = CachedPage.objects.filter(pk__in=[*ids, *left]).order_by("pk")
    known = dict(touched.select_for_update().values_list("pk", "stamps"))
    CachedPage.objects.filter(pk__in=left).delete()
    CachedPage.objects.bulk_create(
        CachedPage(
            id=id,
            handbook_id=key[0],
            audience=key[1],
            address=key[2][:ADDRESS_MAX],
            hits=batch.views(key),
            fills=batch.fills.get(key, 0),
            seen_at=now,
            **_values(batch.pages[key]),
        )
        for id, key in sorted(ids.items())
        if key in batch.pages and id not in known
    )
    for id in sorted(known.keys() & ids.keys()):
        key = ids[id]
        filled, held = batch.pages.get(key), batch.held.get(key)
        more: dict[str, Any] = {}
        if filled:
            more = _values(filled)
        elif held and _is_later(held, known[id], key[0]):
            more = {"stamps": held}
        CachedPage.objects.filter(pk=id).update(
            hits=F("hits") + batch.views(key),
            fills=F("fills") + batch.fills.get(key, 0),
            seen_at=now,
            **more,
        )


def _is_later(held: Stamps, known: Stamps, handbook_id: UUID) -> bool:
    """Another process may have made the page since."""
    (log, position), (known_log, known_position) = (each[str(handbook_id)] for each in (held, known))
    return log == known_log and int(position) > int(known_position)


def _values(filled: FilledPage) -> dict[str, Any]:
    return {
        "made_at": filled.at,
        "fresh_for_s": filled.fresh_for_s,
        "render_ms": filled.render_ms,
        "size_bytes": filled.size_bytes,
        "stamps": filled.stamps,
        "tags": filled.tags,
    }


def _write_minutes(batch: Batch, minute: datetime) -> None:
    for handbook_id in sorted({key[0] for key in batch.seen()}):
        row, _ = CacheMinute.objects.get_or_create(handbook_id=handbook_id, minute=minute)
        CacheMinute.objects.filter(pk=row.pk).update(
            hits=F("hits") + _sum(batch.hits, handbook_id),
            expired=F("expired") + _sum(batch.expired, handbook_id),
            fills=F("fills") + _sum(batch.fills, handbook_id),
            render_ms=F("render_ms") + _sum(batch.render_ms, handbook_id),
        )


def _sum(counts: Mapping[Key, float], handbook_id: UUID) -> float:
    return sum(count for key, count in counts.items() if key[0] == handbook_id)


def tidy(handbook_ids: Iterable[UUID]) -> None:
    """Keep the tables bounded."""
    before = timezone.now() - KEPT
    Flush.objects.filter(at__lt=before).delete()
    CacheMinute.objects.filter(minute__lt=before).delete()
    for handbook_id in handbook_ids:
        rows = CachedPage.objects.filter(handbook_id=handbook_id).order_by("-seen_at")
        oldest = rows.values_list("seen_at", flat=True)[PAGES_MAX : PAGES_MAX + 1].first()
        if oldest is not None:
            rows.filter(seen_at__lte=oldest).delete()
