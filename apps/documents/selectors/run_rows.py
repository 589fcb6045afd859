"""What is read of runs, and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.queries.people import names_of
from apps.queries.projections import column, one, projection, select

from ..models import Run, RunAssignee, RunEntry, RunItem
from .handbook import HandbookView
from .links import is_readable

type Names = Mapping[UUID, str]


@dataclass(frozen=True)
class PersonView:
    id: UUID
    name: str


@projection(Run, stream="handbook_id")
class RunRow:
    id: UUID
    document_id: UUID
    title: str
    items: list[dict[str, Any]]
    settled: int
    total: int
    due_on: date | None
    started_name: str
    started_at: datetime
    finished_name: str
    finished_at: datetime | None
    revision_id: UUID
    number: int = column("revision__number")
    page_title: str = column("document__title")
    path: str = column("document__path")
    current_id: UUID = column("document__revision_id")
    published_at: datetime | None = column("document__published_at")
    binned_at: datetime | None = column("document__binned_at")

    @property
    def is_shown(self) -> bool:
        """Whether readers see its page, and so its runs."""
        return is_readable(self)


@projection(RunItem, stream="handbook_id")
class StateRow:
    item_id: str
    state: str
    by_name: str
    at: datetime


@projection(RunEntry, stream="handbook_id")
class EntryRow:
    id: UUID
    kind: str
    item_id: str
    name: str
    at: datetime
    text: str
    digest: str | None = column("photo__digest")
    file_name: str | None = column("photo__name")
    content_type: str | None = column("photo__content_type")
    width: int | None = column("photo__width")
    height: int | None = column("photo__height")


@projection(RunAssignee, stream="handbook_id")
class AssigneeRow:
    run_id: UUID
    person_id: UUID


def run_row(handbook: HandbookView, run_id: UUID) -> RunRow | None:
    """None for what is elsewhere, or nowhere."""
    return one(RunRow, handbook.id, id=run_id)


def assignees_of(
    handbook: HandbookView, run_ids: list[UUID], known: Names = MappingProxyType({})
) -> dict[UUID, tuple[PersonView, ...]]:
    """Who sees to each of the runs, under today's names; in two queries at most."""
    rows = select(AssigneeRow, handbook.id, run_id=run_ids, order=("id",)) if run_ids else []
    missing = {row.person_id for row in rows} - {*known}
    names = {**known, **names_of(missing)} if missing else known
    found: dict[UUID, tuple[PersonView, ...]] = {}
    for row in rows:
        person = PersonView(row.person_id, names.get(row.person_id) or _("A member"))
        found[row.run_id] = (*found.get(row.run_id, ()), person)
    return found


def run_address(handbook: HandbookView, name: str, run_id: UUID) -> str:
    return reverse(f"documents:{name}", kwargs={"handbook": handbook.slug, "run_id": run_id})


def runs_of_url(handbook: HandbookView, document_id: UUID) -> str:
    return reverse("documents:runs_of", kwargs={"handbook": handbook.slug, "document_id": document_id})
