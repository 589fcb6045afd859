"""Writing: forms that work without JavaScript and keep what was typed."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.events.actions import RefusedError
from apps.tenants.permissions import Right

from ..actions.documents import create_document
from ..actions.saving import RevisionConflictError, merge_against
from ..actions.texts import compose_checked
from ..models.document import TITLE_MAX
from ..selectors.choices import parent_choices
from ..selectors.documents import document_head, live_document, made_document
from ..selectors.history import revision_at, revision_by_id
from ..selectors.pages import filled
from .access import enter, personal
from .conflicts import chosen_text, conflict_view
from .edit_form import Errors, form_of, made_by, new_form, operation_of, typed, uuid_or_404
from .saving import save_or_ask


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    entry = enter(request, handbook, Right.EDIT)
    document = live_document(entry.handbook, document_id, or_binned=request.method == "POST")
    if request.method == "POST":
        base = uuid_or_404(request.POST.get("base_revision", ""))
        return save_or_ask(request, entry, document, base, typed(request))
    head = document_head(entry.handbook, document)
    form = form_of(entry, head, document)
    return personal(request, "documents/edit.html", handbook=entry.handbook, document=head, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, handbook: str) -> HttpResponse:
    """The address names the page to be made, by an operation id: whoever goes back after saving, or sends
    the form again, comes to that page and makes no second one."""
    entry = enter(request, handbook, Right.EDIT)
    book, operation_id = entry.handbook, operation_of(request)
    if request.method != "POST" and operation_id is None:
        return _named(request, book.new_url)
    document_id = made_by(request, f"document of {entry.actor.id} in {book.id}")
    made = made_document(book, document_id) if document_id else None
    if made is not None and request.method == "POST":
        return save_or_ask(request, entry, made, revision_at(made, 1).pk, typed(request))
    if made is not None:
        return redirect(book.new_url if made.binned_at else document_head(book, made).edit_url)
    asked = request.POST.get("parent") or request.GET.get("parent") or ""
    choices = parent_choices(book, uuid_or_404(asked) if asked else None)
    form = new_form(
        entry,
        action=book.new_url,
        title=request.GET.get("title", "")[:TITLE_MAX],
        cancel_url=book.url,
        parent_choices=choices,
        operation_id=str(operation_id or uuid4()),
    )
    if request.method != "POST":
        return personal(request, "documents/new.html", handbook=book, document=None, form=form)
    values = typed(request)
    try:
        document = create_document(
            entry.actor,
            book.id,
            parent_id=uuid_or_404(asked or choices[0].value),
            document_id=document_id,
            title=values["title"],
            source=values["source"],
            message=values["message"],
            publish=bool(request.POST.get("publish")),
            operation_id=operation_id,
        )
    except RefusedError as refused:
        form = form.refused(values, refused)
        return personal(request, "documents/new.html", 422, handbook=book, document=None, form=form)
    messages.success(request, _("Saved."))
    return redirect(document_head(book, document).url)


def _named(request: HttpRequest, new_url: str) -> HttpResponse:
    query = request.GET.copy()
    query["operation_id"] = str(uuid4())
    return redirect(f"{new_url}?{query.urlencode()}")


@require_POST
def preview(request: HttpRequest, handbook: str) -> HttpResponse:
    """Fragment: the text as readers would see it. Writes nothing."""
    entry = enter(request, handbook, Right.EDIT)
    try:
        composed = compose_checked(request.POST.get("source", ""))
    except RefusedError as refused:
        return HttpResponse(refused.message, status=422, content_type="text/plain; charset=utf-8")
    shown = {"html": filled(entry.handbook, composed.html), "outline": composed.outline}
    return render(request, "documents/preview.html", {"preview": shown})


@require_POST
def resolve(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    """The choices of a conflict, saved on top of the revision they were made against: what a third
    person saved meanwhile is merged, or asked about, in turn."""
    entry = enter(request, handbook, Right.EDIT)
    document = live_document(entry.handbook, document_id, or_binned=True)
    base = revision_by_id(document, uuid_or_404(request.POST.get("base_revision", "")))
    theirs = revision_by_id(document, uuid_or_404(request.POST.get("theirs_revision", "")))
    values = {"title": request.POST.get("title", ""), "message": request.POST.get("message", "")}
    if request.POST.get("whole"):
        return save_or_ask(
            request, entry, document, theirs.pk, {**values, "source": request.POST.get("source", "")}
        )
    mine = request.POST.get("mine", "")
    parts = merge_against(base, theirs, mine)
    text = chosen_text(request, parts)
    if text is not None:
        return save_or_ask(request, entry, document, theirs.pk, {**values, "source": text})
    head = document_head(entry.handbook, document)
    errors: Errors = {"": (_("Choose for every part what shall stand."),)}
    conflict = RevisionConflictError(parts, theirs, values["title"])
    values["source"] = mine
    view = conflict_view(request, entry.handbook, head, base.pk, values, conflict, errors)
    return personal(
        request, "documents/conflict.html", 422, handbook=entry.handbook, document=head, conflict=view
    )
