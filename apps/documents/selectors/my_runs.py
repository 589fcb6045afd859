"""Open checklists of a person, across the handbooks they are a member of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from apps.accounts.people import Actor

from ..models import Run, RunAssignee
from .links import readable
from .mine import ROWS, MyHandbook, mine
from .run_lists import OPEN


@dataclass(frozen=True)
class MyRun:
    title: str
    work_url: str
    page_title: str
    settled: int
    total: int
    due_on: date | None
    is_overdue: bool
    is_assigned: bool
    handbook: MyHandbook


def my_runs(actor: Actor) -> tuple[MyRun, ...]:
    """Open runs that the person is to see to or has started, those that are due first."""
    books = mine(actor)
    assigned = RunAssignee.objects.filter(run_id=OuterRef("pk"), person_id=actor.id)
    seen = Q(readable("document__")) | Q(handbook_id__in=books.edited, document__binned_at=None)
    rows = (
        Run.objects.annotate(is_assigned=Exists(assigned))
        .filter(
            OPEN, seen, Q(is_assigned=True) | Q(started_by_id=actor.id), handbook_id__in=list(books.books)
        )
        .select_related("document")
        .defer("items", "item_ids")
        .order_by(F("due_on").asc(nulls_last=True), "-started_at", "pk")[:ROWS]
    )
    today = timezone.localdate()
    return tuple(
        MyRun(
            title=row.title,
            work_url=reverse(
                "documents:run_work",
                kwargs={"handbook": books.books[row.handbook_id].slug, "run_id": row.pk},
            ),
            page_title=row.document.title,
            settled=row.settled,
            total=row.total,
            due_on=row.due_on,
            is_overdue=row.due_on is not None and row.due_on < today,
            is_assigned=row.is_assigned,
            handbook=books.books[row.handbook_id],
        )
        for row in rows
    )
