"""The handbooks that one administers, with what their caches did in the last hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.people import Actor, actor_of
from apps.accounts.personal import personal
from apps.events.models import Event
from apps.rendering.models import CachedPage
from apps.tenants.models import Handbook, Role

from ..catalogue import share
from ..minutes import last_hour
from ..words import percent


@dataclass(frozen=True)
class KeptHandbook:
    """`hit_share`: 0 to 100, None where nobody asked for anything in the last hour."""

    title: str
    url: str
    color: str
    icon: str
    hit_rate: str
    hit_share: int | None
    pages: int
    size_bytes: int
    dropped_at: datetime | None


@login_required
@require_safe
def handbooks(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request.user)
    return personal(
        request,
        "console/handbooks.html",
        rows=_rows(administered(actor)),
        everything_url=reverse("console:everything") if actor.staff else None,
    )


def administered(actor: Actor) -> QuerySet[Handbook]:
    """By title: of an owner their own, of staff all."""
    rows = Handbook.objects.order_by("title", "slug")
    if actor.staff:
        return rows
    return rows.filter(membership__person_id=actor.id, membership__role=Role.OWNER)


def _rows(found: QuerySet[Handbook]) -> tuple[KeptHandbook, ...]:
    """Four statements, however many handbooks there are."""
    rows = list(found)
    ids = [row.pk for row in rows]
    pages = CachedPage.objects.filter(handbook_id__in=ids).order_by()
    kept = {
        id: (number, size)
        for id, number, size in pages.values_list("handbook_id").annotate(Count("pk"), Sum("size_bytes"))
    }
    drops = Event.objects.filter(stream_id__in=ids, type="cache_dropped").order_by()
    dropped = dict(drops.values_list("stream_id").annotate(Max("at")))
    hours = last_hour(ids)
    return tuple(
        KeptHandbook(
            title=row.title,
            url=reverse("console:pages", kwargs={"slug": row.slug}),
            color=row.color,
            icon=row.icon,
            hit_rate=percent(hours[row.pk].kept, hours[row.pk].all) if row.pk in hours else "–",
            hit_share=share(hours[row.pk].kept, hours[row.pk].all) if row.pk in hours else None,
            pages=kept.get(row.pk, (0, 0))[0],
            size_bytes=kept.get(row.pk, (0, 0))[1],
            dropped_at=dropped.get(row.pk),
        )
        for row in rows
    )
