"""What the page cache of a handbook did, from its minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from apps.rendering.models import CacheMinute

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Of a time: `hits` answers with what was kept and fresh, `expired` with what was kept and over, `made`
    pages rendered, in `render_ms` altogether."""

    start: datetime
    hits: int = 0
    expired: int = 0
    made: int = 0
    render_ms: float = 0.0

    @property
    def kept(self) -> int:
        """Answers that nobody waited for."""
        return self.hits + self.expired

    @property
    def all(self) -> int:
        return self.kept + self.made

    @property
    def mean_ms(self) -> float:
        return self.render_ms / self.made if self.made else 0.0


def spans(handbook_id: UUID, length: timedelta, step: timedelta) -> tuple[Span, ...]:
    """The last `length`, this minute included, in steps, oldest first; steps without requests as well."""
    end = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    start = end - length
    sums: dict[int, list[float]] = {}
    rows = CacheMinute.objects.filter(handbook_id=handbook_id, minute__gte=start)
    for minute, *values in rows.values_list("minute", "hits", "expired", "fills", "render_ms"):
        found = sums.setdefault((minute - start) // step, [0, 0, 0, 0])
        sums[(minute - start) // step] = [a + b for a, b in zip(found, values, strict=True)]
    return tuple(_span(start + number * step, sums.get(number)) for number in range(length // step))


def _span(start: datetime, sums: list[float] | None) -> Span:
    if sums is None:
        return Span(start)
    hits, expired, made, render_ms = sums
    return Span(start, int(hits), int(expired), int(made), render_ms)


def total(parts: tuple[Span, ...]) -> Span:
    return Span(
        parts[0].start,
        sum(each.hits for each in parts),
        sum(each.expired for each in parts),
        sum(each.made for each in parts),
        sum(each.render_ms for each in parts),
    )


def last_hour(handbook_ids: list[UUID]) -> dict[UUID, Span]:
    """Of those that had requests."""
    start = timezone.now() - HOUR
    rows = CacheMinute.objects.filter(handbook_id__in=handbook_ids, minute__gte=start).order_by()
    sums = rows.values_list("handbook_id").annotate(
        Sum("hits"), Sum("expired"), Sum("fills"), Sum("render_ms")
    )
    return {id: Span(start, *values) for id, *values in sums}
