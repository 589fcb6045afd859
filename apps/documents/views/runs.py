"""Checklists as all members see them: lists, and the record of each run."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.people import actor_of
from apps.rendering.asking import number_in
from apps.rendering.books import Book
from apps.rendering.pages import Render, page
from apps.tenants.permissions import Right, right_of

from ..selectors.handbook import handbook_view
from ..selectors.run_lists import open_runs, runs_page, start_url
from ..selectors.run_rows import run_row, runs_of_url
from ..selectors.runs import run_view
from .access import personal_fragment, reader_enters
from .reading import LIFE, lost

FINISHED = "finished"


@page(fresh_for=LIFE, for_members=True, query=("state", "from_"))
def runs(book: Book, document_id: UUID | None = None, state: str = "", from_: str = "") -> Render:
    """Open or finished runs of a handbook, or of one of its pages."""
    handbook = handbook_view(book)
    view = runs_page(handbook, document_id, finished=state == FINISHED, start=number_in(from_) or 0)
    return Render("documents/runs.html", {"handbook": handbook, "runs": view}) if view else lost(handbook)


@page(fresh_for=LIFE, for_members=True)
def run(book: Book, run_id: UUID) -> Render:
    """The record of a run, as it is printed. Where readers do not see its page, they do not see it."""
    handbook = handbook_view(book)
    row = run_row(handbook, run_id)
    if row is None or not row.is_shown:
        return lost(handbook)
    return Render("documents/run.html", {"handbook": handbook, "run": run_view(handbook, row)})


@require_safe
def open_runs_of(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    """Fragment of a reading page: the open runs of its checklist for members, nothing for others."""
    book = reader_enters(request, handbook)
    right = right_of(actor_of(request.user), book.id)
    belongs = right is not None and right >= Right.TAKE_PART
    return personal_fragment(
        request,
        "documents/run_open.html",
        rows=open_runs(book, document_id) if belongs else (),
        list_url=runs_of_url(book, document_id) if belongs else None,
        start_url=start_url(book, document_id),
    )
