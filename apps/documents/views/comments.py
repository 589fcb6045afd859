"""Saying something about a page: forms of one's own, which lead back to the talk. Where it is refused, all
that was typed comes back with the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.events.actions import RefusedError
from apps.tenants.permissions import ForbiddenError, Right

from ..actions.comments import (
    TEXT_MAX,
    Said,
    change_comment,
    delete_comment,
    reopen_thread,
    reply_to_thread,
    resolve_thread,
    start_thread,
)
from ..models import Document
from ..selectors.comments import (
    BlockChoices,
    block_choices,
    block_quote,
    comment_here,
    comment_url,
    talk_url,
    thread_here,
    thread_shown,
)
from ..selectors.documents import document_head, seen_document
from .access import Entry, enter, personal
from .edit_form import Errors, made_by, operation_of, uuid_or_404

REFUSED = 422


@dataclass(frozen=True)
class RemarkForm:
    """`block` is what is commented on, with its words as `quote`; else it is chosen from `choices`."""

    action: str
    cancel_url: str
    people_url: str
    operation_id: str
    text_max: int = TEXT_MAX
    source: str = ""
    block: str = ""
    quote: str = ""
    revision: str = ""
    choices: tuple[BlockChoices, ...] = ()
    errors: Errors = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A person at a document whose talk they may read."""

    entry: Entry
    document: Document


def _place(request: HttpRequest, handbook: str, document_id: UUID) -> Place:
    entry = enter(request, handbook, Right.TAKE_PART)
    return Place(entry, seen_document(entry.handbook, document_id, entry.right))


@require_http_methods(["GET", "HEAD", "POST"])
def new_thread(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    place = _place(request, handbook, document_id)
    given = request.POST if request.method == "POST" else request.GET
    form = _new_form(request, place, given.get("block", ""))
    if request.method != "POST":
        return _page(request, place, "new", form)

    def act(source: str) -> Said:
        revision = request.POST.get("revision", "")
        return start_thread(
            place.entry.actor,
            document_id,
            source=source,
            block=form.block or request.POST.get("block", ""),
            revision_id=uuid_or_404(revision) if revision else None,
            comment_id=made_by(request, "comment"),
            operation_id=operation_of(request),
        )

    return _said(request, place, "new", form, act)


def _new_form(request: HttpRequest, place: Place, block: str) -> RemarkForm:
    document = place.document
    quote = block_quote(document, block) if block else None
    gone = _("That part of the page is gone. Choose another one, or the whole page.")
    return _form(
        request,
        place,
        block=block if quote is not None else "",
        quote=quote or "",
        revision=request.POST.get("revision", "") or str(document.revision_id or ""),
        choices=() if quote is not None else block_choices(document),
        errors={"block": (gone,)} if block and quote is None else {},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, handbook: str, document_id: UUID, thread_id: UUID) -> HttpResponse:
    place = _place(request, handbook, document_id)
    thread_here(place.document, thread_id)
    form = _form(request, place)
    if request.method != "POST":
        return _page(request, place, "reply", form, thread_id)

    def act(source: str) -> Said:
        return reply_to_thread(
            place.entry.actor,
            thread_id,
            source=source,
            comment_id=made_by(request, "comment"),
            operation_id=operation_of(request),
        )

    return _said(request, place, "reply", form, act, thread_id)


@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, handbook: str, document_id: UUID, comment_id: UUID) -> HttpResponse:
    """One comment, to be changed by who wrote it, or deleted."""
    place = _place(request, handbook, document_id)
    posts = request.method == "POST"
    row = comment_here(place.document, comment_id, or_deleted=posts)
    actor = place.entry.actor
    is_own = actor.id is not None and row.author_id == actor.id
    if posts and not is_own:
        raise ForbiddenError
    form = _form(request, place, source=row.source)
    manages = place.entry.right is Right.MANAGE
    may: dict[str, Any] = {
        "may_change": is_own,
        "delete_url": f"{request.path}delete/" if is_own or manages else None,
    }
    if not posts:
        return _page(request, place, "change", form, row.thread_id, comment_id, **may)

    def act(source: str) -> Said:
        return change_comment(actor, comment_id, source=source, operation_id=operation_of(request))

    return _said(request, place, "change", form, act, row.thread_id, comment_id, **may)


@require_POST
def delete(request: HttpRequest, handbook: str, document_id: UUID, comment_id: UUID) -> HttpResponse:
    place = _place(request, handbook, document_id)
    comment_here(place.document, comment_id, or_deleted=True)
    delete_comment(place.entry.actor, comment_id, operation_id=operation_of(request))
    messages.success(request, _("Deleted."))
    return redirect(talk_url(place.entry.handbook, place.document))


def _settle(act: Callable[..., Any], kind: str, said: str) -> Callable[..., HttpResponse]:
    """A view that asks whether to do one thing to one thread, then does it."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, handbook: str, document_id: UUID, thread_id: UUID) -> HttpResponse:
        place = _place(request, handbook, document_id)
        thread_here(place.document, thread_id)
        if request.method != "POST":
            return _page(request, place, kind, _form(request, place), thread_id)
        act(place.entry.actor, thread_id, operation_id=operation_of(request))
        messages.success(request, _(said))
        return redirect(f"{talk_url(place.entry.handbook, place.document)}#t-{thread_id}")

    return view


resolve = _settle(resolve_thread, "resolve", "Resolved.")
reopen = _settle(reopen_thread, "reopen", "Open again.")


def _form(request: HttpRequest, place: Place, **values: Any) -> RemarkForm:
    book = place.entry.handbook
    return RemarkForm(
        action=request.path,
        cancel_url=talk_url(book, place.document),
        people_url=reverse("documents:talk_people", kwargs={"handbook": book.slug}),
        operation_id=str(uuid4()),
        **values,
    )


def _said(
    request: HttpRequest,
    place: Place,
    kind: str,
    form: RemarkForm,
    act: Callable[[str], Said],
    thread_id: UUID | None = None,
    comment_id: UUID | None = None,
    **may: Any,
) -> HttpResponse:
    source = request.POST.get("source", "")
    try:
        said = act(source)
    except RefusedError as refused:
        form = replace(form, source=source, errors={**form.errors, refused.field: (refused.message,)})
        return _page(request, place, kind, form, thread_id, comment_id, REFUSED, **may)
    messages.success(request, _("Saved.") if kind == "change" else _("Sent."))
    for name in said.unknown:
        text = _("Nobody here is called “%(name)s”, so it stays plain text and nobody is told.")
        messages.info(request, text % {"name": name})
    return redirect(comment_url(place.entry.handbook, place.document, said.comment))


def _page(
    request: HttpRequest,
    place: Place,
    kind: str,
    form: RemarkForm,
    thread_id: UUID | None = None,
    comment_id: UUID | None = None,
    status: int = 200,
    **may: Any,
) -> HttpResponse:
    book = place.entry.handbook
    thread = thread_shown(book, place.document, thread_id) if thread_id else None
    return personal(
        request,
        "documents/remark.html",
        status,
        handbook=book,
        document=document_head(book, place.document),
        kind=kind,
        form=form,
        thread=thread,
        comment_id=comment_id,
        **{"may_change": True, "delete_url": None, **may},
    )
