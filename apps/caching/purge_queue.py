"""The queue of purges: a table, so that it survives a restart and a CDN that is away.

An answer that was made before a change may reach the CDN after the purge. So what changed is purged
at once, again when every process has heard or no longer trusts its memory, and once more after the longest
time that an answer is on its way. What is only expired is purged once: an old page does no harm there.

The table carries no truth: a purge too many costs a render, and all pages can be purged at any time.
So it is written without an event, by the relay's process alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from apps.events.models import Event

from .cdn_tags import EVERYTHING, Purged, purged_by
from .conf import conf
from .hearing import TRUST_S
from .marks import marks_of_event, presence_of_models
from .models import Purge

AT_ONCE: Final = 500  # rows
ERROR_CHARS: Final = 500

enqueued: list[Callable[[], None]] = []  # what this process does when something was put into the queue


def enqueue(event: Event) -> None:
    """What one event purges at each endpoint; by the relay, at least once (settings.EVENT_HANDLERS_AHEAD)."""
    if conf.cdn:
        _put(purged_by(event.stream_id, marks_of_event(event, presence_of_models())))


def enqueue_everything() -> None:
    """Every page at every endpoint: after a restored backup, for example."""
    _put(Purged(hard=frozenset({EVERYTHING}), soft=frozenset()))


def _put(purged: Purged) -> None:
    now = timezone.now()
    later = (0.0, TRUST_S, float(conf.cdn_response_s))
    rows = [
        Purge(endpoint=endpoint, tags=" ".join(sorted(tags)), soft=soft, due_at=now + timedelta(seconds=wait))
        for endpoint in conf.cdn_endpoints
        for tags, soft, waits in ((purged.hard, False, later), (purged.soft, True, later[:1]))
        for wait in waits
        if tags
    ]
    Purge.objects.bulk_create(rows)
    for tell in enqueued:
        tell()


def due(endpoint: str, now: datetime) -> list[Purge]:
    """The oldest that are due."""
    return list(Purge.objects.filter(endpoint=endpoint, due_at__lte=now).order_by("id")[:AT_ONCE])


def next_due_at(endpoints: Collection[str]) -> datetime | None:
    found: datetime | None = Purge.objects.filter(endpoint__in=endpoints).aggregate(at=Min("due_at"))["at"]
    return found


def done(rows: Iterable[Purge]) -> None:
    Purge.objects.filter(pk__in=[row.pk for row in rows]).delete()


def failed(rows: Sequence[Purge], error: Exception) -> None:
    """They wait on, equal tags as one: however long an endpoint is away, the queue holds each tag once."""
    said = f"{type(error).__name__}: {error}"[:ERROR_CHARS]
    merged = [
        Purge(
            endpoint=same[0].endpoint,
            tags=" ".join(sorted(tags_of(same))),
            soft=soft,
            due_at=min(row.due_at for row in same),
            attempts=max(row.attempts for row in same) + 1,
            error=said,
        )
        for soft in (False, True)
        if (same := [row for row in rows if row.soft is soft])
    ]
    with transaction.atomic():
        done(rows)
        Purge.objects.bulk_create(merged)


def tags_of(rows: Iterable[Purge]) -> set[str]:
    return {tag for row in rows for tag in row.tags.split()}


def forget_others(endpoints: Collection[str]) -> None:
    """Endpoints that are no longer set up will never acknowledge."""
    Purge.objects.exclude(endpoint__in=endpoints).delete()
