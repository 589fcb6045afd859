"""Tags of pages, what is due for review, who confirmed what: the same for all who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from apps.caching.reads import current_reads
from apps.queries.people import names_of
from apps.queries.projections import column, depends_on_all, projection, select

from ..models import Care, Document, Label
from .handbook import HandbookView, page_url
from .links import is_readable, readable
from .members import writers

SOON: Final = timedelta(days=30)  # reviews that the list shows before they are due
ROWS_MAX: Final = 500
TAGS_A_PAGE: Final = 200
TAGGED_A_PAGE: Final = 200


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
class TagsPage:
    rows: tuple[TagRow, ...]
    newer_url: str | None
    older_url: str | None


@dataclass(frozen=True)
class TaggedPage:
    title: str
    url: str


@dataclass(frozen=True)
class Tagged:
    """Some of the pages that have a tag."""

    name: str
    pages: tuple[TaggedPage, ...]
    newer_url: str | None
    older_url: str | None


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


def all_tags(handbook: HandbookView, start: int = 0) -> TagsPage:
    """TAGS_A_PAGE of those of readable pages from the `start`-th on, by their addresses."""
    depends_on_all(handbook.id, Label, "slug", "name", by="all_tags")
    depends_on_all(handbook.id, Document, by="all_tags", where=readable())
    labels = Label.objects.filter(readable("document__"), handbook_id=handbook.id)
    found = labels.values_list("slug").annotate(Min("name"), Count("pk")).order_by("slug")
    rows = list(found[start : start + TAGS_A_PAGE + 1])
    newer_url, older_url = _beside(handbook.tags_url, start, TAGS_A_PAGE, start + len(rows))
    return TagsPage(
        tuple(TagRow(name, tag_url(handbook, slug), count) for slug, name, count in rows[:TAGS_A_PAGE]),
        newer_url,
        older_url,
    )


def tagged(handbook: HandbookView, slug: str, start: int = 0) -> Tagged | None:
    """TAGGED_A_PAGE of a tag's readable pages from the `start`-th on, by title; None where no page has it."""
    rows = [row for row in select(Labelled, handbook.id, slug=slug) if is_readable(row)]
    if not rows:
        return None
    rows.sort(key=lambda row: (row.title.casefold(), row.path))
    newer_url, older_url = _beside(tag_url(handbook, slug), start, TAGGED_A_PAGE, len(rows))
    return Tagged(
        min(row.name for row in rows),
        tuple(
            TaggedPage(row.title, page_url(handbook.slug, row.path))
            for row in rows[start : start + TAGGED_A_PAGE]
        ),
        newer_url,
        older_url,
    )


def _beside(url: str, start: int, size: int, known: int) -> tuple[str | None, str | None]:
    """The addresses before and behind `size` rows from the `start`-th on, of `known` or more."""
    before = f"{url}?from={start - size}" if start > size else url
    return before if start else None, f"{url}?from={start + size}" if known > start + size else None


def due_rows(handbook: HandbookView) -> tuple[DueRow, ...]:
    """What is due or will be soon, the longest overdue first. It changes with the day."""
    today = timezone.localdate()
    _ends_with(today)
    rows = [
        row
        for row in select(
            Reviewed,
            handbook.id,
            handbook_id=handbook.id,
            where=Q(review_on__lte=today + SOON),
            order=("review_on", "document_id"),
            most=ROWS_MAX,
        )
        if is_readable(row)
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
