"""What a document said before, what changed, and the way back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.events.actions import RefusedError
from apps.tenants.permissions import Right

from ..actions.revisions import restore_revision
from ..actions.texts import compose_checked
from ..models import Document
from ..selectors.documents import ROWS_A_PAGE, document_head, live_document, require_here
from ..selectors.history import changes_between, revision_at, revision_row, revision_rows
from ..selectors.pages import filled
from .access import enter, personal
from .edit_form import page_start


@require_safe
def history(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    entry = enter(request, handbook, Right.EDIT)
    document = live_document(entry.handbook, document_id)
    start = page_start(request)
    rows = revision_rows(entry.handbook, document, start, may_edit=True)
    return personal(
        request,
        "documents/history.html",
        handbook=entry.handbook,
        document=document_head(entry.handbook, document),
        revisions=rows,
        newer_url=f"?from={max(0, start - ROWS_A_PAGE)}" if start else None,
        older_url=f"?from={start + ROWS_A_PAGE}" if len(rows) == ROWS_A_PAGE else None,
    )


@require_safe
def revision(request: HttpRequest, handbook: str, document_id: UUID, number: int) -> HttpResponse:
    entry = enter(request, handbook, Right.EDIT)
    document = live_document(entry.handbook, document_id)
    row = revision_at(document, number)
    last = document.revision.number if document.revision else number
    return personal(
        request,
        "documents/revision.html",
        handbook=entry.handbook,
        document=document_head(entry.handbook, document),
        revision=revision_row(entry.handbook, document, row, may_edit=True),
        html=filled(entry.handbook, compose_checked(row.source).html),
        source=row.source,
        newer_url=_revision_url(handbook, document, number + 1) if number < last else None,
        older_url=_revision_url(handbook, document, number - 1) if number > 1 else None,
    )


def _revision_url(handbook: str, document: Document, number: int) -> str:
    at = {"handbook": handbook, "document_id": document.pk, "number": number}
    return reverse("documents:revision", kwargs=at)


@require_safe
def diff(request: HttpRequest, handbook: str, document_id: UUID, number: int) -> HttpResponse:
    """What revision `number` changed against the one before, or against `?from=`."""
    entry = enter(request, handbook, Right.EDIT)
    document = live_document(entry.handbook, document_id)
    old = revision_at(document, page_start(request) or number - 1)
    new = revision_at(document, number)
    return personal(
        request,
        "documents/diff.html",
        handbook=entry.handbook,
        document=document_head(entry.handbook, document),
        old=revision_row(entry.handbook, document, old, may_edit=True),
        new=revision_row(entry.handbook, document, new, may_edit=True),
        lines=changes_between(old, new),
    )


@require_POST
def restore(request: HttpRequest, handbook: str, document_id: UUID, number: int) -> HttpResponse:
    entry = enter(request, handbook, Right.EDIT)
    require_here(entry.handbook, document_id)
    try:
        document = restore_revision(entry.actor, document_id, number=number)
    except RefusedError as refused:
        messages.error(request, refused.message)
        return redirect("documents:history", handbook=handbook, document_id=document_id)
    messages.success(request, _("Revision %(number)d stands again.") % {"number": number})
    return redirect(document_head(entry.handbook, document).url)
