"""Recent changes of a handbook, from its log: the same for everybody who may read it.

A reader may know what happened to pages that are readable now, since they were last published. So
drafts, their making and what lies in the bin are never named; imports are told without page names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.events.models import Event
from apps.queries.people import names_of
from apps.queries.projections import depends_on_all, depends_on_events

from ..models import Document, Revision
from .handbook import HandbookView, page_url
from .links import readable
from .stretches import stretch

Kind = Literal[
    "created",
    "edited",
    "renamed",
    "moved",
    "published",
    "unpublished",
    "binned",
    "restored",
    "imported",
]
KINDS: Final[dict[str, Kind]] = {
    "document_created": "created",
    "document_saved": "edited",
    "revision_restored": "edited",
    "document_moved": "moved",
    "document_published": "published",
    "document_unpublished": "unpublished",
    "document_binned": "binned",
    "document_restored": "restored",
}
IMPORTED: Final = "pages_imported"
PAGE_SIZE: Final = 50


@dataclass(frozen=True)
class ChangeRow:
    at: datetime
    who: str
    kind: Kind
    title: str
    url: str | None
    detail: str


@dataclass(frozen=True)
class ChangeDay:
    date: date
    rows: tuple[ChangeRow, ...]


@dataclass(frozen=True)
class ChangesPage:
    days: tuple[ChangeDay, ...]
    newer_url: str | None
    older_url: str | None


def changes_page(
    handbook: HandbookView, *, before: int | None = None, after: int | None = None
) -> ChangesPage:
    """The newest changes with positions below `before`, or the nearest above `after`; newest first."""
    depends_on_events(handbook.id, (*KINDS, IMPORTED))
    depends_on_all(handbook.id, Document, "title", "path", by="changes_page", where=readable())
    found = stretch(
        partial(_visible_events, handbook.id),
        "position",
        PAGE_SIZE,
        handbook.changes_url,
        before=before,
        after=after,
    )
    return ChangesPage(_by_day(_rows(handbook, found.rows)), found.newer_url, found.older_url)


def _visible_events(handbook_id: UUID, where: Mapping[str, Any], order: str, most: int) -> Iterable[Event]:
    """Asked for by each type and put together: so the index leads past all that is not told, however much
    of it lies between."""
    document = Document.objects.filter(
        readable(), pk=OuterRef("about_id"), handbook_id=handbook_id, published_at__lte=OuterRef("at")
    )
    events = Event.objects.filter(stream_id=handbook_id, **where).order_by(order)
    by_type = [events.filter(Exists(document), type=type)[:most] for type in KINDS]
    parts = [part.query.sql_with_params() for part in (*by_type, events.filter(type=IMPORTED)[:most])]
    union = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS part" for sql, _params in parts)  # noqa: S608
    direction = "DESC" if order.startswith("-") else "ASC"
    statement = f"{union} ORDER BY position {direction} LIMIT {most}"
    return Event.objects.raw(statement, [value for _sql, params in parts for value in params])


def _rows(handbook: HandbookView, events: list[Event]) -> list[ChangeRow]:
    """Three queries for all of them. Who did it is told to members alone, so not in a public handbook."""
    documents = Document.objects.in_bulk([event.about_id for event in events if event.about_id])
    people = set() if handbook.is_public else {event.actor_id for event in events if event.actor_id}
    names = names_of(people)
    messages = dict(
        Revision.objects.filter(pk__in={event.revision_id for event in events}).values_list("pk", "message")
    )
    rows = []
    for event, kind in told_once(events):
        page = documents.get(event.about_id) if event.about_id else None
        rows.append(
            ChangeRow(
                at=event.at,
                who=names.get(event.actor_id, "") if event.actor_id else _("Cairn"),
                kind=kind,
                title=page.title if page else handbook.title,
                url=page_url(handbook.slug, page.path) if page else handbook.url,
                detail=messages.get(event.revision_id, "") if page and event.revision_id else "",
            )
        )
    return rows


def told_once(events: Iterable[Event]) -> Iterable[tuple[Event, Kind]]:
    """A change too large for one event has several in a row; it is told once."""
    for _change, events_of in groupby(
        events, key=lambda event: (event.type, event.about_id, event.operation_id)
    ):
        parts = list(events_of)
        yield parts[0], _kind(parts)


def _kind(parts: list[Event]) -> Kind:
    """A text that was saved under another title is a page renamed."""
    kind = KINDS.get(parts[0].type, "imported")
    touches = (touch for part in parts for touch in part.touched()) if kind == "edited" else ()
    renamed = any(touch.entity == Document.entity and "title" in touch.fields for touch in touches)
    return "renamed" if renamed else kind


def _by_day(rows: list[ChangeRow]) -> tuple[ChangeDay, ...]:
    """Days of the site's time zone: the page is the same for everybody."""
    days = groupby(rows, key=lambda row: timezone.localdate(row.at))
    return tuple(ChangeDay(day, tuple(of_day)) for day, of_day in days)
