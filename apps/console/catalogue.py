"""The cached pages of one handbook: found, sorted, in pages of a screen.

Order by anything but the state is the database's. A state is told by the log, so it is worked out here,
for the STATES_MAX pages that were seen last.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from apps.rendering.audit import audit_of
from apps.rendering.models import CachedPage

from .rooms import Rooms, with_query
from .states import NAMES, StateName, StateView, state_of, state_view
from .words import age_of, count, took

SHOWN: Final = 50
STATES_MAX: Final = 2_000
SORTS: Final = {
    "address": "address",
    "state": "",
    "age": "made_at",
    "size": "size_bytes",
    "render": "render_ms",
    "hits": "hits",
}
DEFAULT_SORT: Final = "-hits"


@dataclass(frozen=True)
class Wanted:
    """`sort`: a name of SORTS, with - before it for the greatest first; `page` counts from 1."""

    query: str = ""
    state: StateName | None = None
    sort: str = DEFAULT_SORT
    page: int = 1


@dataclass(frozen=True)
class CachedRow:
    """Shares are 0 to 100, of the greatest on the screen."""

    address: str
    audience: str
    detail_url: str
    state: StateView
    made_at: datetime
    age: str
    size_bytes: int
    size_share: int
    render: str
    render_share: int
    hits: str
    hits_share: int


@dataclass(frozen=True)
class StateShare:
    """How many pages are in a state: a piece of a bar from `start` on, of 1000."""

    state: StateView
    count: str
    url: str
    chosen: bool
    start: int
    width: int


@dataclass(frozen=True)
class Catalogue:
    """`partial`: only the pages seen last were looked at for their state."""

    rows: tuple[CachedRow, ...]
    shares: tuple[StateShare, ...]
    total: int
    found: int
    partial: bool
    newer_url: str | None
    older_url: str | None


def catalogue(handbook_id: UUID, rooms: Rooms, wanted: Wanted) -> Catalogue:
    rows = CachedPage.objects.filter(handbook_id=handbook_id)
    total = rows.count()
    recent = list(rows.order_by("-seen_at", "pk")[:STATES_MAX])
    audit = audit_of(recent)
    states = {page.pk: state_of(audit.standing(page, why=False)) for page in recent}
    if wanted.query:
        rows = rows.filter(address__icontains=wanted.query)
    start = (wanted.page - 1) * SHOWN
    if wanted.state or wanted.sort.lstrip("-") == "state":
        found = _by_state(recent, states, wanted)
        shown, number = found[start : start + SHOWN], len(found)
    else:
        shown, number = list(_ordered(rows, wanted.sort)[start : start + SHOWN]), rows.count()
        missing = [page for page in shown if page.pk not in states]
        more = audit_of(missing)
        states |= {page.pk: state_of(more.standing(page, why=False)) for page in missing}
    return Catalogue(
        rows=_rows(shown, states, rooms),
        shares=_shares(Counter(states[page.pk] for page in recent), rooms, wanted),
        total=total,
        found=number,
        partial=total > STATES_MAX,
        newer_url=address_of(rooms, wanted, page=wanted.page - 1) if wanted.page > 1 else None,
        older_url=address_of(rooms, wanted, page=wanted.page + 1) if start + SHOWN < number else None,
    )


def _ordered(rows: QuerySet[CachedPage], sort: str) -> QuerySet[CachedPage]:
    """Age is the other way round than the moment."""
    column = SORTS[sort.lstrip("-")]
    greatest_first = sort.startswith("-") is not (column == "made_at")
    return rows.order_by(f"-{column}" if greatest_first else column, "address", "audience")


def _by_state(pages: list[CachedPage], states: dict[str, StateName], wanted: Wanted) -> list[CachedPage]:
    query = wanted.query.casefold()
    found = [
        page for page in pages if query in page.address.casefold() and wanted.state in (None, states[page.pk])
    ]
    found.sort(key=lambda page: (page.address, page.audience))
    name, down = wanted.sort.lstrip("-"), wanted.sort.startswith("-")
    if name == "state":
        found.sort(key=lambda page: NAMES.index(states[page.pk]), reverse=down)
    elif name != "address" or down:
        down = down is not (name == "age")
        found.sort(key=lambda page: getattr(page, SORTS[name]), reverse=down)
    return found


def _rows(pages: list[CachedPage], states: dict[str, StateName], rooms: Rooms) -> tuple[CachedRow, ...]:
    now = timezone.now()
    size = max((page.size_bytes for page in pages), default=0)
    render = max((page.render_ms for page in pages), default=0.0)
    hits = max((page.hits for page in pages), default=0)
    return tuple(
        CachedRow(
            address=page.address,
            audience=page.audience,
            detail_url=detail_url(rooms, page),
            state=state_view(states[page.pk]),
            made_at=page.made_at,
            age=age_of(page.made_at, now),
            size_bytes=page.size_bytes,
            size_share=share(page.size_bytes, size),
            render=took(page.render_ms),
            render_share=share(page.render_ms, render),
            hits=count(page.hits),
            hits_share=share(page.hits, hits),
        )
        for page in pages
    )


def share(part: float, whole: float, of: int = 100) -> int:
    """At least 1 of what is there at all."""
    return max(1, round(of * part / whole)) if whole and part else 0


def _shares(counted: Counter[StateName], rooms: Rooms, wanted: Wanted) -> tuple[StateShare, ...]:
    """Those that are there, and the chosen one."""
    whole, start, found = counted.total(), 0, []
    for name in NAMES:
        chosen = name == wanted.state
        if not counted[name] and not chosen:
            continue
        width = share(counted[name], whole, 1000)
        url = address_of(rooms, wanted, state=None if chosen else name)
        found.append(StateShare(state_view(name), count(counted[name]), url, chosen, start, width))
        start += width
    return tuple(found)


def detail_url(rooms: Rooms, page: CachedPage) -> str:
    return with_query(rooms.page_url, address=page.address, audience=page.audience)


def address_of(
    rooms: Rooms, wanted: Wanted, *, state: StateName | str | None = "", sort: str = "", page: int = 1
) -> str:
    """Of the same list with something else; another list begins on its first page."""
    return with_query(
        rooms.pages_url,
        q=wanted.query,
        state=(wanted.state if state == "" else state) or "",
        sort=(sort or wanted.sort) if (sort or wanted.sort) != DEFAULT_SORT else "",
        page=page if page > 1 else 0,
    )
