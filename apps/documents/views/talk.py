"""What is said about pages, the same for everybody who belongs to the handbook."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.rendering.asking import number_in
from apps.rendering.books import Book
from apps.rendering.pages import Render, page
from apps.tenants.permissions import NotFoundError, Right

from ..selectors.handbook import handbook_view
from ..selectors.talk import talk_view
from ..selectors.talk_part import names_to_mention, talk_part
from .access import enter, personal
from .edit_form import page_start
from .reading import LIFE, lost


@page(fresh_for=LIFE, query=("from_", "thread"), for_members=True)
def talk(book: Book, document_id: UUID, from_: str = "", thread: str = "") -> Render:
    handbook = handbook_view(book)
    view = talk_view(handbook, document_id, start=number_in(from_) or 0, thread=thread)
    if view is None:
        return lost(handbook)
    return Render("documents/talk.html", {"handbook": handbook, "talk": view})


@page(fresh_for=LIFE, for_members=True)
def part(book: Book, document_id: UUID) -> Render:
    """Fragment: the talk in short, for the foot and the margin of its page."""
    handbook = handbook_view(book)
    view = talk_part(handbook, document_id)
    if view is None:
        return lost(handbook)
    return Render("documents/talk_part.html", {"handbook": handbook, "talk": view})


@page(fresh_for=LIFE, for_members=True)
def people(book: Book) -> Render:
    """Fragment: the names that can be mentioned."""
    handbook = handbook_view(book)
    return Render("documents/talk_people.html", {"names": names_to_mention(handbook)})


@require_safe
def draft(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    """The talk about what readers do not see, for editors."""
    entry = enter(request, handbook, Right.EDIT)
    view = talk_view(
        entry.handbook,
        document_id,
        start=page_start(request),
        thread=request.GET.get("thread", ""),
        drafts=True,
    )
    if view is None:
        raise NotFoundError
    return personal(request, "documents/talk.html", handbook=entry.handbook, talk=view)
