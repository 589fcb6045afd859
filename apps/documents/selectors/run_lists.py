"""Lists of runs: open and finished ones of a handbook and of a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from apps.queries.projections import column, one, projection, select

from ..models import Document, Run
from ..text import has_tasks
from .handbook import Crumb, HandbookView, page_url
from .links import is_readable, readable
from .run_rows import PersonView, assignees_of, run_address, runs_of_url

PAGE_SIZE: Final = 50
ON_PAGE: Final = 5  # open runs that a page shows by itself
OPEN: Final = Q(finished_at__isnull=True)
FINISHED: Final = Q(finished_at__isnull=False)


@dataclass(frozen=True)
class RunLine:
    """A run in a list. `page` is what it is of."""

    title: str
    url: str
    work_url: str
    page: Crumb
    settled: int
    total: int
    due_on: date | None
    started_by: str
    started_at: datetime
    finished_by: str
    finished_at: datetime | None
    assignees: tuple[PersonView, ...]


@dataclass(frozen=True)
class RunsPage:
    """Runs of a handbook, or of one page of it: then `page` is that one and `start_url` begins another."""

    title: str
    is_finished: bool
    page: Crumb | None
    start_url: str | None
    open_url: str
    finished_url: str
    rows: tuple[RunLine, ...]
    newer_url: str | None
    older_url: str | None


@projection(Run, stream="handbook_id")
class RunPlace:
    """Which runs there are, and in which order: a tick changes nothing of it."""

    id: UUID


@projection(Run, stream="handbook_id")
class Listed:
    id: UUID
    document_id: UUID
    title: str
    settled: int
    total: int
    due_on: date | None
    started_name: str
    started_at: datetime
    finished_name: str
    finished_at: datetime | None
    page_title: str = column("document__title")
    path: str = column("document__path")
    published_at: datetime | None = column("document__published_at")
    binned_at: datetime | None = column("document__binned_at")


@projection(Document, stream="handbook_id", where=readable())
class TaskPage:
    id: UUID
    title: str
    path: str
    html: str = column("body__html")


def runs_page(
    handbook: HandbookView, document_id: UUID | None, *, finished: bool, start: int
) -> RunsPage | None:
    """PAGE_SIZE runs from the `start`-th on, the latest first; None for a page that readers do not see."""
    page = one(TaskPage, handbook.id, id=document_id) if document_id else None
    if document_id is not None and page is None:
        return None
    here = runs_of_url(handbook, document_id) if document_id else handbook.runs_url
    among: dict[str, Any] = {"document_id": document_id} if document_id else {"handbook_id": handbook.id}
    order = ("-finished_at", "-id") if finished else ("-started_at", "-id")
    where = FINISHED if finished else OPEN
    found = select(RunPlace, handbook.id, where=where, order=order, start=start, most=PAGE_SIZE + 1, **among)
    state = "state=finished&" if finished else ""
    return RunsPage(
        title=page.title if page else handbook.title,
        is_finished=finished,
        page=Crumb(page.title, page_url(handbook.slug, page.path)) if page else None,
        start_url=start_url(handbook, page.id) if page and has_tasks(page.html) else None,
        open_url=here,
        finished_url=f"{here}?state=finished",
        rows=_lines(handbook, [place.id for place in found[:PAGE_SIZE]]),
        newer_url=f"{here}?{state}from={max(0, start - PAGE_SIZE)}" if start else None,
        older_url=f"{here}?{state}from={start + PAGE_SIZE}" if len(found) > PAGE_SIZE else None,
    )


def _lines(handbook: HandbookView, ids: list[UUID]) -> tuple[RunLine, ...]:
    """In this order, without those whose page readers do not see."""
    rows = {row.id: row for row in select(Listed, handbook.id, id=ids)} if ids else {}
    shown = [rows[id] for id in ids if id in rows and is_readable(rows[id])]
    people = assignees_of(handbook, [row.id for row in shown])
    return tuple(
        RunLine(
            title=row.title,
            url=run_address(handbook, "run", row.id),
            work_url=run_address(handbook, "run_work", row.id),
            page=Crumb(row.page_title, page_url(handbook.slug, row.path)),
            settled=row.settled,
            total=row.total,
            due_on=row.due_on,
            started_by=row.started_name,
            started_at=row.started_at,
            finished_by=row.finished_name,
            finished_at=row.finished_at,
            assignees=people.get(row.id, ()),
        )
        for row in shown
    )


def open_runs(handbook: HandbookView, document_id: UUID) -> tuple[RunLine, ...]:
    """Of a page: the latest few."""
    places = select(
        RunPlace,
        handbook.id,
        document_id=document_id,
        where=OPEN,
        order=("-started_at", "-id"),
        most=ON_PAGE,
    )
    return _lines(handbook, [place.id for place in places])


def start_url(handbook: HandbookView, document_id: UUID) -> str:
    return reverse("documents:run_start", kwargs={"handbook": handbook.slug, "document_id": document_id})
