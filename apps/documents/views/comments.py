"""Saying something about a page: forms of one's own, which lead back to the talk. Where it is refused, all
that was typed comes back with the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.formview import REFUSED
from apps.events.actions import RefusedError
from apps.tenants.permissions import ForbiddenError, Right

from ..actions.comments import (
    Said,
    change_comment,
    delete_comment,
    reopen_thread,
    reply_to_thread,
    resolve_thread,
    start_thread,
)
from ..selectors.comments import comment_here, comment_url, thread_address, thread_here, thread_shown
from ..selectors.documents import document_head
from .access import personal
from .edit_form import made_by, operation_of, uuid_or_404
from .remark_form import Place, RemarkForm, enter_talk, remark_form, thread_form


@require_http_methods(["GET", "HEAD", "POST"])
def new_thread(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    place = enter_talk(request, handbook, document_id)
    given = request.POST if request.method == "POST" else request.GET
    form = thread_form(request, place, given.get("block", ""))
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


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, handbook: str, document_id: UUID, thread_id: UUID) -> HttpResponse:
    place = enter_talk(request, handbook, document_id)
    thread_here(place.document, thread_id)
    form = remark_form(request, place)
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
    place = enter_talk(request, handbook, document_id)
    posts = request.method == "POST"
    row = comment_here(place.document, comment_id, or_deleted=posts)
    actor = place.entry.actor
    is_own = actor.id is not None and row.author_id == actor.id
    if posts and not is_own:
        raise ForbiddenError
    form = remark_form(request, place, source=row.source)
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
    place = enter_talk(request, handbook, document_id)
    thread_id = comment_here(place.document, comment_id, or_deleted=True).thread_id
    delete_comment(place.entry.actor, comment_id, operation_id=operation_of(request))
    messages.success(request, _("Deleted."))
    return redirect(thread_address(place.entry.handbook, place.document, thread_id))


def _settle(act: Callable[..., Any], kind: str, said: str) -> Callable[..., HttpResponse]:
    """A view that asks whether to do one thing to one thread, then does it."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, handbook: str, document_id: UUID, thread_id: UUID) -> HttpResponse:
        place = enter_talk(request, handbook, document_id)
        thread_here(place.document, thread_id)
        if request.method != "POST":
            return _page(request, place, kind, remark_form(request, place), thread_id)
        act(place.entry.actor, thread_id, operation_id=operation_of(request))
        messages.success(request, _(said))
        return redirect(thread_address(place.entry.handbook, place.document, thread_id))

    return view


resolve = _settle(resolve_thread, "resolve", gettext_noop("Resolved."))
reopen = _settle(reopen_thread, "reopen", gettext_noop("Open again."))


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
