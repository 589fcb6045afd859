"""Moving, publishing, binning, and the lists of what readers do not see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.formview import Choice
from apps.accounts.people import actor_of
from apps.events.actions import RefusedError
from apps.tenants.permissions import NotFoundError, Right

from ..actions.binning import bin_document, restore_document
from ..actions.editing import live_parent
from ..actions.places import move_document
from ..actions.publishing import publish_document, unpublish_document
from ..selectors.bar import bar_view
from ..selectors.choices import parent_choices, place_below, position_choices
from ..selectors.documents import (
    ROWS_A_PAGE,
    document_address,
    document_head,
    live_document,
    require_here,
    seen_document,
)
from ..selectors.handbook import HandbookView
from ..selectors.pages import filled
from ..selectors.unseen import bin_rows, draft_rows
from .access import Entry, enter, personal, reader_enters
from .edit_form import Errors, operation_of, page_start, uuid_or_404


@dataclass(frozen=True)
class MoveForm:
    action: str
    cancel_url: str
    operation_id: str
    parents: tuple[Choice, ...]
    positions: tuple[Choice, ...]
    errors: Errors = field(default_factory=dict)


@require_safe
def bar(request: HttpRequest, handbook: str) -> HttpResponse:
    """Fragment: who is signed in and what they may do here; the one personal thing on shared pages."""
    book = reader_enters(request, handbook)
    asked = request.GET.get("document", "")
    view = bar_view(actor_of(request.user), book, uuid_or_404(asked) if asked else None)
    return personal(request, "documents/bar.html", bar=view)


@require_safe
def more(request: HttpRequest, handbook: str) -> HttpResponse:
    """The menu of the bar as a page, for those whose browser does not fetch the bar."""
    entry = enter(request, handbook, Right.TAKE_PART)
    book, asked = entry.handbook, request.GET.get("document", "")
    document = seen_document(book, uuid_or_404(asked), entry.right) if asked else None
    return personal(
        request,
        "documents/more.html",
        handbook=book,
        bar=bar_view(entry.actor, book, document.pk if document else None),
        document=document_head(book, document) if document else None,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    entry = enter(request, handbook, Right.EDIT)
    require_here(entry.handbook, document_id)
    if request.method == "POST" and not request.POST.get("reload"):
        parent_id = uuid_or_404(request.POST.get("parent", ""))
        after = request.POST.get("after", "")
        try:
            moved = move_document(
                entry.actor,
                document_id,
                parent_id=parent_id,
                after_id=place_below(parent_id, uuid_or_404(after)) if after else None,
                operation_id=operation_of(request),
            )
        except RefusedError as refused:
            return _move_page(request, entry, document_id, {refused.field: (refused.message,)})
        messages.success(request, _("Moved."))
        return redirect(document_head(entry.handbook, moved).url)
    return _move_page(request, entry, document_id, {})


def _move_page(request: HttpRequest, entry: Entry, document_id: UUID, errors: Errors) -> HttpResponse:
    book, document = entry.handbook, live_document(entry.handbook, document_id)
    if document.parent_id is None:
        raise NotFoundError
    head = document_head(book, document)
    asked = request.POST.get("parent", "")
    try:
        parent = live_parent(book.id, uuid_or_404(asked) if asked else document.parent_id)
    except RefusedError as refused:
        parent, errors = live_document(book, document.parent_id), {refused.field: (refused.message,)}
    form = MoveForm(
        action=reverse("documents:move", kwargs={"handbook": book.slug, "document_id": document_id}),
        cancel_url=head.url,
        operation_id=str(uuid4()),
        parents=parent_choices(book, parent.pk, without=document),
        positions=position_choices(parent, document),
        errors=errors,
    )
    status = 422 if errors else 200
    return personal(request, "documents/move.html", status, handbook=book, document=head, move=form)


def _post(act: Callable[..., Any], said: str) -> Callable[..., HttpResponse]:
    """A view that does one thing to one document, then shows where it is now."""

    @require_POST
    def view(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
        entry = enter(request, handbook, Right.EDIT)
        require_here(entry.handbook, document_id)
        try:
            document = act(entry.actor, document_id, operation_id=operation_of(request))
        except RefusedError as refused:
            messages.error(request, refused.message)
            return redirect(document_address(entry.handbook, document_id) or entry.handbook.bin_url)
        messages.success(request, _(said))
        if document is None:
            return redirect(entry.handbook.bin_url)
        return redirect(document_head(entry.handbook, document).url)

    return view


publish = _post(publish_document, gettext_noop("Published."))
unpublish = _post(unpublish_document, gettext_noop("Taken back to drafts."))
put_into_bin = _post(bin_document, gettext_noop("Put into the bin."))
restore = _post(restore_document, gettext_noop("Put back."))


@require_safe
def draft(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    """A document as it would be read, for its editors."""
    entry = enter(request, handbook, Right.EDIT)
    document = live_document(entry.handbook, document_id)
    return personal(
        request,
        "documents/draft.html",
        handbook=entry.handbook,
        document=document_head(entry.handbook, document),
        html=filled(entry.handbook, document.body.html),
        publish_url=reverse("documents:publish", kwargs={"handbook": handbook, "document_id": document_id}),
    )


@require_safe
def drafts(request: HttpRequest, handbook: str) -> HttpResponse:
    return _list(request, handbook, "documents/drafts.html", draft_rows)


@require_safe
def bin(request: HttpRequest, handbook: str) -> HttpResponse:
    return _list(request, handbook, "documents/bin.html", bin_rows)


def _list(
    request: HttpRequest,
    slug: str,
    template: str,
    select: Callable[[HandbookView, int], tuple[object, ...]],
) -> HttpResponse:
    entry = enter(request, slug, Right.EDIT)
    start = page_start(request)
    rows = select(entry.handbook, start)
    return personal(
        request,
        template,
        handbook=entry.handbook,
        rows=rows,
        newer_url=f"?from={max(0, start - ROWS_A_PAGE)}" if start else None,
        older_url=f"?from={start + ROWS_A_PAGE}" if len(rows) == ROWS_A_PAGE else None,
    )
