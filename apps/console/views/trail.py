"""The audit trail: who dropped, renewed or warmed what, and who made and revoked tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.personal import personal
from apps.caching.marks import DROPPED
from apps.caching.tags import ROOT
from apps.events.models import Event
from apps.events.touches import Touch
from apps.rendering.asking import number_in
from apps.rendering.models import ApiToken

from ..eventwords import DROPPED_TYPES, TOKEN_TYPES, Who, event_words, fate_words
from ..rooms import Keeper, keeper, with_query
from ..tagwords import tag_words

SHOWN = 50


@dataclass(frozen=True)
class TrailRow:
    """`event`: what was done; `tags` are the raw ones of a drop."""

    event: str
    at: datetime
    who: str
    what: str
    tags: tuple[str, ...]
    progress_url: str | None


@require_safe
def trail(request: HttpRequest, slug: str) -> HttpResponse:
    """`?before=POSITION` shows older ones, `?after=POSITION` newer."""
    who = keeper(request, slug)
    rows = Event.objects.filter(stream_id=who.handbook.id, type__in=(*DROPPED_TYPES, *TOKEN_TYPES))
    before, after = (number_in(request.GET.get(name, "")) for name in ("before", "after"))
    if after:
        found = list(rows.filter(position__gt=after).order_by("position")[:SHOWN])[::-1]
    else:
        older = rows.filter(position__lt=before) if before else rows
        found = list(older.order_by("-position")[:SHOWN])
    first, last = (found[0].position, found[-1].position) if found else (0, 0)
    url, is_newest = who.rooms.audit_url, not rows.filter(position__gt=first).exists()
    return personal(
        request,
        "console/audit.html",
        handbook=who.handbook,
        rooms=who.rooms,
        rows=_rows(who, found),
        newer_url=with_query(url, after=first) if found and not is_newest else None,
        older_url=with_query(url, before=last) if rows.filter(position__lt=last).exists() else None,
    )


def _rows(keeper: Keeper, events: list[Event]) -> tuple[TrailRow, ...]:
    who = Who([event.actor_id for event in events], [event.about_id for event in events])
    touches = {event.pk: event.touched() for event in events}
    tags = {each.id or ROOT for some in touches.values() for each in some if each.entity == DROPPED}
    words = tag_words(keeper.handbook.id, tags)
    names = dict(ApiToken.objects.filter(handbook_id=keeper.handbook.id).values_list("pk", "name"))
    by_id = {str(id): name for id, name in names.items()}
    return tuple(_row(keeper, event, touches[event.pk], who, words, by_id) for event in events)


def _row(
    keeper: Keeper,
    event: Event,
    touches: tuple[Touch, ...],
    who: Who,
    words: dict[str, str],
    tokens: dict[str, str],
) -> TrailRow:
    if event.type in TOKEN_TYPES:
        named = [tokens.get(touch.id or "", "") for touch in touches if touch.entity == ApiToken.entity]
        what = ", ".join(_("Token “%s”") % name for name in named if name)
        return TrailRow(event_words(event.type), event.at, who(event.actor_id), what, (), None)
    drops = [touch for touch in touches if touch.entity == DROPPED]
    tags = tuple(touch.id or ROOT for touch in drops)
    address = {"slug": keeper.handbook.slug, "operation": event.operation_id}
    return TrailRow(
        fate_words(drops[0].fields) if drops else event_words(event.type),
        event.at,
        who(event.actor_id, event.about_id),
        ", ".join(words[tag] for tag in tags),
        tags,
        reverse("console:progress", kwargs=address),
    )
