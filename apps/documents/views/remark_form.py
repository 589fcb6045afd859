"""The form of a comment, and the way to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.tenants.permissions import Right

from ..actions.talking import TEXT_MAX
from ..models import Document
from ..selectors.comments import BlockChoices, block_choices, block_quote, talk_url
from ..selectors.documents import seen_document
from .access import Entry, enter
from .edit_form import Errors


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


def enter_talk(request: HttpRequest, handbook: str, document_id: UUID) -> Place:
    entry = enter(request, handbook, Right.TAKE_PART)
    return Place(entry, seen_document(entry.handbook, document_id, entry.right))


def thread_form(request: HttpRequest, place: Place, block: str) -> RemarkForm:
    document = place.document
    quote = block_quote(document, block) if block else None
    gone = _("That part of the page is gone. Choose another one, or the whole page.")
    return remark_form(
        request,
        place,
        block=block if quote is not None else "",
        quote=quote or "",
        revision=request.POST.get("revision", "") or str(document.revision_id or ""),
        choices=() if quote is not None else block_choices(document),
        errors={"block": (gone,)} if block and quote is None else {},
    )


def remark_form(request: HttpRequest, place: Place, **values: Any) -> RemarkForm:
    book = place.entry.handbook
    return RemarkForm(
        action=request.path,
        cancel_url=talk_url(book, place.document),
        people_url=reverse("documents:talk_people", kwargs={"handbook": book.slug}),
        operation_id=str(uuid4()),
        **values,
    )
