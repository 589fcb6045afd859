"""Looking after a page: tags, owner, review, and confirming that one has read it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.formview import REFUSED, form_view
from apps.accounts.mergingform import merged
from apps.events.actions import RefusedError
from apps.rendering.asking import number_in
from apps.rendering.books import Book
from apps.rendering.pages import Render, page
from apps.tenants.permissions import NotFoundError, Right

from ..actions.care import (
    ask_confirmation,
    change_care,
    confirm_reading,
    mark_reviewed,
    stop_confirmation,
)
from ..models import Care, Document
from ..selectors.care import all_tags, due_rows, tagged
from ..selectors.care_form import care_row, care_view, confirmation_rows, has_confirmed
from ..selectors.documents import document_head, live_document, seen_document
from ..selectors.handbook import handbook_view
from .access import Entry, enter, personal
from .care_form import CareForm
from .edit_form import operation_of, uuid_or_404
from .reading import LIFE, lost


@page(fresh_for=LIFE, query=("from_",))
def tags(book: Book, from_: str = "") -> Render:
    handbook = handbook_view(book)
    found = all_tags(handbook, number_in(from_) or 0)
    return Render("documents/tags.html", {"handbook": handbook, "tags": found})


@page(fresh_for=LIFE, query=("from_",))
def tag(book: Book, slug: str, from_: str = "") -> Render:
    handbook = handbook_view(book)
    found = tagged(handbook, slug, number_in(from_) or 0)
    if found is None:
        return lost(handbook)
    return Render("documents/tag.html", {"handbook": handbook, "tag": found})


@page(fresh_for=LIFE, for_members=True)
def due(book: Book) -> Render:
    """What is to be reviewed."""
    handbook = handbook_view(book)
    return Render("documents/due.html", {"handbook": handbook, "rows": due_rows(handbook)})


@require_http_methods(["GET", "HEAD", "POST"])
def care(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    entry = enter(request, handbook, Right.EDIT)
    document = live_document(entry.handbook, document_id)
    row = care_row(document)
    bound = request.POST if request.method == "POST" else None
    form = CareForm(entry.handbook, row, bound)
    if bound is not None and _saved(request, entry, document, form):
        messages.success(request, _("Saved."))
        return redirect("documents:care", handbook=handbook, document_id=document_id)
    return _page(request, entry, document, row, form)


def _page(request: HttpRequest, entry: Entry, document: Document, row: Care, form: CareForm) -> HttpResponse:
    view = care_view(entry.handbook, document, row)
    return personal(
        request,
        "documents/care.html",
        REFUSED if form.is_bound else 200,
        handbook=entry.handbook,
        document=document_head(entry.handbook, document),
        care=view,
        form=form_view(form, view.save_url),
    )


def _saved(request: HttpRequest, entry: Entry, document: Document, form: CareForm) -> bool:
    return merged(form, partial(change_care, entry.actor, document.pk, operation_id=operation_of(request)))


@require_POST
def reviewed(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    """What was changed in the form is saved as well; a day that was chosen there, or elsewhere since it was
    drawn, is the next one."""
    entry = enter(request, handbook, Right.EDIT)
    document = live_document(entry.handbook, document_id)
    row, chosen_on = care_row(document), None
    if "tags" in request.POST:
        form = CareForm(entry.handbook, row, request.POST)
        if not _saved(request, entry, document, form):
            return _page(request, entry, document, row, form)
        chosen_on = form.cleaned_data["review_on"] if "review_on" in form.own + form.theirs else None
    next_on = mark_reviewed(entry.actor, document_id, next_on=chosen_on).review_on
    if next_on is None:
        said = _("Reviewed. No further day is set.")
    else:
        said = _("Reviewed. The next review is on %(day)s.") % {"day": date_format(next_on)}
    messages.success(request, said)
    return redirect("documents:care", handbook=handbook, document_id=document_id)


@require_POST
def ask(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    """`ask` says whether members are asked to confirm the text as it is now, or nobody any more."""
    entry = enter(request, handbook, Right.EDIT)
    live_document(entry.handbook, document_id)
    if request.POST.get("ask") == "1":
        ask_confirmation(entry.actor, document_id)
        messages.success(request, _("Members are asked to confirm that they have read it."))
    else:
        stop_confirmation(entry.actor, document_id)
        messages.success(request, _("Nobody is asked any more."))
    return redirect("documents:confirmations", handbook=handbook, document_id=document_id)


@require_safe
def confirmations(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    """The record: who has confirmed which revision."""
    entry = enter(request, handbook, Right.EDIT)
    document = live_document(entry.handbook, document_id)
    row = care_row(document)
    return personal(
        request,
        "documents/confirmations.html",
        handbook=entry.handbook,
        document=document_head(entry.handbook, document),
        care=care_view(entry.handbook, document, row),
        rows=confirmation_rows(entry.handbook, document, row),
        number=document.revision.number if document.revision else 0,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    """`revision` is what was on the screen: of the page that led here, or of this one's form."""
    entry = enter(request, handbook, Right.TAKE_PART)
    document = seen_document(entry.handbook, document_id, entry.right)
    if document.revision is None:
        raise NotFoundError
    error = ""
    if request.method == "POST":
        try:
            revision_id = uuid_or_404(request.POST.get("revision", ""))
            confirm_reading(entry.actor, document_id, revision_id=revision_id)
        except RefusedError as refused:
            error = refused.message
        else:
            messages.success(request, _("Noted that you have read it."))
            return redirect(document_head(entry.handbook, document).url)
    row, current = care_row(document), str(document.revision_id)
    return personal(
        request,
        "documents/confirm.html",
        REFUSED if error else 200,
        handbook=entry.handbook,
        document=document_head(entry.handbook, document),
        number=document.revision.number,
        revision=current,
        is_current=not error and request.GET.get("revision", current) == current,
        is_asked=row.confirm_from is not None,
        has_confirmed=has_confirmed(entry.actor, document_id),
        error=error,
    )
