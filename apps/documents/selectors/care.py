"""Tags of pages, what is due for review, who confirmed what: the same for all who may read it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from apps.caching.reads import current_reads
from apps.queries.people import names_of
from apps.queries.projections import column, projection, select

from ..models import Care, Label
from .handbook import HandbookView, page_url
from .links import is_readable
from .members import writers

SOON: Final = timedelta(days=30)  # reviews that the list shows before they are due
ROWS_MAX: Final = 500


@dataclass(frozen=True)
class TagLink:
    name: str
    url: str


@dataclass(frozen=True)
class TagRow:
    name: str
    url: str
    count: int


@dataclass(frozen=True)
class TaggedPage:
    title: str
    url: str


@dataclass(frozen=True)
class DueRow:
    """`owner` is empty where nobody looks after the page who may write in it."""

    title: str
    url: str
    care_url: str
    owner: str
    review_on: date
    is_due: bool


@projection(Label, stream="handbook_id")
class Labelled:
    slug: str
    name: str
    id: UUID = column("document_id")
    title: str = column("document__title")
    path: str = column("document__path")
    published_at: datetime | None = column("document__published_at")
    binned_at: datetime | None = column("document__binned_at")


@projection(Care, stream="handbook_id", where=Q(review_on__isnull=False))
class Reviewed:
    id: UUID = column("document_id")
    owner_id: UUID | None
    review_on: date
    title: str = column("document__title")
    path: str = column("document__path")
    published_at: datetime | None = column("document__published_at")
    binned_at: datetime | None = column("document__binned_at")


def tag_url(handbook: HandbookView, slug: str) -> str:
    return reverse("documents:tag", kwargs={"handbook": handbook.slug, "slug": slug})


def tag_links(handbook: HandbookView, labels: list[Any] | None) -> tuple[TagLink, ...]:
    return tuple(TagLink(name, tag_url(handbook, slug)) for slug, name in labels or ())


def all_tags(handbook: HandbookView) -> tuple[TagRow, ...]:
    """Those of readable pages, by name."""
    rows = [row for row in select(Labelled, handbook.id, handbook_id=handbook.id) if is_readable(row)]
    counts = Counter(row.slug for row in rows)
    names = {row.slug: row.name for row in sorted(rows, key=lambda row: row.name, reverse=True)}
    return tuple(
        TagRow(name, tag_url(handbook, slug), counts[slug])
        for slug, name in sorted(names.items(), key=lambda each: (each[1].casefold(), each[0]))
    )


def tagged(handbook: HandbookView, slug: str) -> tuple[str, tuple[TaggedPage, ...]] | None:
    """The tag's name and its readable pages, by title; None where no page has it."""
    rows = [row for row in select(Labelled, handbook.id, slug=slug) if is_readable(row)]
    if not rows:
        return None
    pages = sorted(rows, key=lambda row: (row.title.casefold(), row.path))
    return min(row.name for row in rows), tuple(
        TaggedPage(row.title, page_url(handbook.slug, row.path)) for row in pages
    )


def due_rows(handbook: HandbookView) -> tuple[DueRow, ...]:
    """What is due or will be soon, the longest overdue first. It changes with the day."""
    today = timezone.localdate()
    _ends_with(today)
    rows = [
        row
        for row in select(Reviewed, handbook.id, handbook_id=handbook.id)
        if is_readable(row) and row.review_on <= today + SOON
    ]
    rows.sort(key=lambda row: (row.review_on, row.title, row.id))
    names = names_of({row.owner_id for row in rows[:ROWS_MAX] if row.owner_id} & writers(handbook))
    return tuple(
        DueRow(
            title=row.title,
            url=page_url(handbook.slug, row.path),
            care_url=reverse("documents:care", kwargs={"handbook": handbook.slug, "document_id": row.id}),
            owner=names.get(row.owner_id, "") if row.owner_id else "",
            review_on=row.review_on,
            is_due=row.review_on <= today,
        )
        for row in rows[:ROWS_MAX]
    )


def is_due(review_on: date | None) -> bool:
    """Whether a page is to be looked at again; what is built from a no ends with the day before."""
    if review_on is None:
        return False
    today = timezone.localdate()
    if review_on <= today:
        return True
    _ends_with(review_on - timedelta(days=1))
    return False


def _ends_with(day: date) -> None:
    """What is being made holds until the end of this day."""
    reads = current_reads()
    if reads is not None:
        midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        reads.ends_in((midnight - timezone.now()).total_seconds())
