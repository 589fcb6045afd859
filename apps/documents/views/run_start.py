"""Starting a run of a page's checklist."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.formview import Choice
from apps.events.actions import RefusedError
from apps.tenants.permissions import Right
from apps.tenants.selectors import names_of_members

from ..actions.runs import start_run
from ..models import Document
from ..selectors.documents import document_head, seen_document
from ..selectors.run_rows import run_address
from .access import Entry, enter, personal, see_other
from .edit_form import Errors, operation_of, uuid_or_404
from .run_steps import due_date


@dataclass(frozen=True)
class StartForm:
    action: str
    operation_id: str
    total: int
    title: str
    due_on: str
    members: tuple[Choice, ...]
    errors: Errors = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
def run_start(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    entry = enter(request, handbook, Right.TAKE_PART)
    document = seen_document(entry.handbook, document_id, entry.right)
    if request.method != "POST":
        return _page(request, entry, document)
    operation_id = operation_of(request) or uuid4()
    try:
        run = start_run(
            entry.actor,
            document_id,
            title=request.POST.get("title", ""),
            due_on=due_date(request),
            assignee_ids=[uuid_or_404(each) for each in request.POST.getlist("assignee")],
            run_id=uuid5(operation_id, "run"),
            operation_id=operation_id,
        )
    except RefusedError as refused:
        return _page(request, entry, document, refused)
    return see_other(run_address(entry.handbook, "run_work", run.pk))


def _page(
    request: HttpRequest, entry: Entry, document: Document, refused: RefusedError | None = None
) -> HttpResponse:
    book, sent = entry.handbook, request.POST
    form = StartForm(
        action=reverse("documents:run_start", kwargs={"handbook": book.slug, "document_id": document.pk}),
        operation_id=str(uuid4()),
        total=sum(len(block[3]) for block in document.revision.blocks) if document.revision else 0,
        title=sent.get("title", document.title),
        due_on=sent.get("due_on", ""),
        members=tuple(
            Choice(str(id), name or _("A member"), selected=str(id) in sent.getlist("assignee"))
            for id, name in names_of_members(book.id)
        ),
        errors={refused.field: (refused.message,)} if refused else {},
    )
    return personal(
        request,
        "documents/run_start.html",
        422 if refused else 200,
        handbook=book,
        document=document_head(book, document),
        start=form,
    )
