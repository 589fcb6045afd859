"""The cached pages of a handbook, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.personal import personal
from apps.caching.marks import State
from apps.rendering.asking import number_in
from apps.rendering.audit import Cause, audit_of, last_drop
from apps.rendering.models import CachedPage
from apps.tenants.permissions import NotFoundError

from ..catalogue import DEFAULT_SORT, SORTS, Catalogue, Wanted, address_of, catalogue
from ..eventwords import Who, event_words
from ..minutes import last_hour
from ..rooms import Rooms, keeper
from ..states import StateName, StateView, state_of, state_view
from ..tagwords import TagGroup, groups_of, tag_words
from ..wishes import FATE, FATE_HELP
from ..words import age_of, count, length_of, percent, took

QUERY_MAX = 200
PAGE_DIGITS = 5


@dataclass(frozen=True)
class Summary:
    """Of the last hour, and of the catalogue."""

    hit_rate: str
    answers: str
    render: str
    pages: str


@dataclass(frozen=True)
class Column:
    """A column of the list; `direction` where it is sorted by it, `url` sorts by it, or turns it round."""

    name: str
    label: str
    url: str
    direction: str | None


@dataclass(frozen=True)
class CauseView:
    event: str
    who: str
    at: datetime
    age: str
    position: int
    tag: str
    words: str


@dataclass(frozen=True)
class FateView:
    value: str
    label: str
    help: str


@dataclass(frozen=True)
class CachedView:
    """One page of the catalogue. `fills`: how often it was made since it was first seen."""

    address: str
    url: str
    path: str
    audience: str
    state: StateView
    cause: CauseView | None
    last: CauseView | None  # of a fresh page: what dropped it before it was made
    made_at: datetime
    age: str
    fresh_for: str
    position: int
    render: str
    size_bytes: int
    hits: str
    fills: str
    seen_at: datetime
    groups: tuple[TagGroup, ...]
    tag_count: int


@require_safe
def pages(request: HttpRequest, slug: str) -> HttpResponse:
    who = keeper(request, slug)
    wanted = _wanted(request)
    found = catalogue(who.handbook.id, who.rooms, wanted)
    return personal(
        request,
        "console/pages.html",
        handbook=who.handbook,
        rooms=who.rooms,
        found=found,
        summary=_summary(who.handbook.id, found),
        query=wanted.query,
        state=wanted.state or "",
        sort=wanted.sort if wanted.sort != DEFAULT_SORT else "",
        columns=_columns(who.rooms, wanted),
    )


def _text(request: HttpRequest, name: str) -> str:
    """A parameter of the query, as a database can look for it."""
    return request.GET.get(name, "").replace("\0", "")


def _wanted(request: HttpRequest) -> Wanted:
    """What is not understood is passed over."""
    given = request.GET
    state = given.get("state", "")
    sort = given.get("sort", DEFAULT_SORT)
    names: tuple[StateName, ...] = get_args(StateName.__value__)
    return Wanted(
        query=_text(request, "q").strip()[:QUERY_MAX],
        state=next((name for name in names if name == state), None),
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
        page=number_in(given.get("page", ""), PAGE_DIGITS) or 1,
    )


def _columns(rooms: Rooms, wanted: Wanted) -> tuple[Column, ...]:
    """A column is first sorted so that what is looked for comes first: greatest, or A to Z."""
    labels = {
        "address": _("Address"),
        "state": _("State"),
        "age": _("Age"),
        "size": _("Size"),
        "render": _("Render time"),
        "hits": _("Hits"),
    }
    found = []
    for name, label in labels.items():
        first = name if name == "address" else f"-{name}"
        turned = name if first.startswith("-") else f"-{name}"
        direction = None
        if wanted.sort.lstrip("-") == name:
            direction = "descending" if wanted.sort.startswith("-") else "ascending"
        url = address_of(rooms, wanted, sort=turned if wanted.sort == first else first)
        found.append(Column(name, label, url, direction))
    return tuple(found)


def _summary(handbook_id: UUID, found: Catalogue) -> Summary:
    hour = last_hour([handbook_id]).get(handbook_id)
    return Summary(
        hit_rate=percent(hour.kept, hour.all) if hour else "–",
        answers=count(hour.all) if hour else "0",
        render=took(hour.mean_ms) if hour and hour.made else "–",
        pages=count(found.total),
    )


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`?address=...&audience=...`; the audience may be left out where there is but one."""
    who = keeper(request, slug)
    address, audience = _text(request, "address"), _text(request, "audience")
    rows = CachedPage.objects.filter(handbook_id=who.handbook.id, address=address)
    found = (rows.filter(audience=audience) if audience else rows).order_by("-made_at").first()
    if found is None:
        raise NotFoundError
    return personal(
        request,
        "console/page.html",
        handbook=who.handbook,
        rooms=who.rooms,
        cached=_view(found),
        fates=tuple(FateView(name, str(FATE[name]), str(FATE_HELP[name])) for name in FATE),
    )


def _view(found: CachedPage) -> CachedView:
    now = timezone.now()
    standing = audit_of([found]).standing(found)
    last = last_drop(found) if standing.state <= State.EXPIRED and standing.cause is None else None
    tags = [tag for tags in found.tags.values() for tag in tags]
    return CachedView(
        address=found.address,
        url=found.address,
        path=found.address.partition("?")[0],
        audience=found.audience,
        state=state_view(state_of(standing)),
        cause=_cause(found.handbook_id, standing.cause, now) if standing.cause else None,
        last=_cause(found.handbook_id, last, now) if last else None,
        made_at=found.made_at,
        age=age_of(found.made_at, now),
        fresh_for=length_of(timedelta(seconds=found.fresh_for_s)),
        position=found.stamps.get(str(found.handbook_id), ("", 0))[1],
        render=took(found.render_ms),
        size_bytes=found.size_bytes,
        hits=count(found.hits),
        fills=count(found.fills),
        seen_at=found.seen_at,
        groups=groups_of(found.handbook_id, tags),
        tag_count=len(tags),
    )


def _cause(handbook_id: UUID, cause: Cause, now: datetime) -> CauseView:
    return CauseView(
        event=event_words(cause.type),
        who=Who([cause.actor_id])(cause.actor_id),
        at=cause.at,
        age=age_of(cause.at, now),
        position=cause.position,
        tag=cause.tag,
        words=tag_words(handbook_id, [cause.tag])[cause.tag],
    )
