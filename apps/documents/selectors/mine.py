"""What a person is at, across the handbooks they are a member of. What they may see is decided here, each
time it is read: a draft was theirs to see only while they are an editor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse

from apps.accounts.people import Actor
from apps.events.models import Event, Stream
from apps.tenants.models import Handbook
from apps.tenants.permissions import Right
from apps.tenants.selectors import rights_of

from ..models import Document, Revision
from .changes import IMPORTED, KINDS, Kind, told_once
from .handbook import page_url, read_url
from .links import readable

ROWS: Final = 12
LOOKED_AT: Final = (
    2_000  # of a handbook's newest events: who was away for longer than that made no last change
)


@dataclass(frozen=True)
class MyHandbook:
    slug: str
    title: str
    color: str
    icon: str


@dataclass(frozen=True)
class MyDraft:
    title: str
    url: str
    edit_url: str
    updated_at: datetime
    handbook: MyHandbook


@dataclass(frozen=True)
class MyPage:
    """`edit_url` is None for readers; `saved_at` is when the person last did."""

    title: str
    url: str
    edit_url: str | None
    saved_at: datetime
    handbook: MyHandbook


@dataclass(frozen=True)
class MyChange:
    """`url` is None for what is in the bin."""

    kind: Kind
    title: str
    url: str | None
    detail: str
    at: datetime
    handbook: MyHandbook


@dataclass(frozen=True)
class Mine:
    """The handbooks of a person, by id."""

    books: dict[UUID, MyHandbook]
    edited: frozenset[UUID]  # those the person may edit


def mine(actor: Actor) -> Mine:
    rights = rights_of(actor)
    return Mine(
        {book.pk: _handbook(book) for book, _right in rights},
        frozenset(book.pk for book, right in rights if right >= Right.EDIT),
    )


def _handbook(book: Handbook) -> MyHandbook:
    return MyHandbook(book.slug, book.title, book.color, book.icon)


def my_drafts(actor: Actor) -> tuple[MyDraft, ...]:
    """Those the person has written in, the newest first."""
    books = mine(actor)
    written = Revision.objects.filter(document_id=OuterRef("pk"), author_id=actor.id)
    rows = Document.objects.filter(
        Exists(written), handbook_id__in=books.edited, binned_at=None, published_at=None
    ).order_by("-updated_at", "pk")[:ROWS]
    return tuple(
        MyDraft(
            title=row.title,
            url=_address("draft", books.books[row.handbook_id], row.pk),
            edit_url=_address("edit", books.books[row.handbook_id], row.pk),
            updated_at=row.updated_at,
            handbook=books.books[row.handbook_id],
        )
        for row in rows
    )


def my_pages(actor: Actor) -> tuple[MyPage, ...]:
    """Pages that readers see and the person has saved, the last saved first."""
    books = mine(actor)
    saved = (
        Revision.objects.filter(readable("document__"), author_id=actor.id, handbook_id__in=list(books.books))
        .values_list("document_id", "document__title", "document__path", "handbook_id")
        .annotate(at=Max("created_at"))
        .order_by("-at", "document_id")[:ROWS]
    )
    return tuple(
        MyPage(
            title=title,
            url=page_url(books.books[handbook_id].slug, path),
            edit_url=_address("edit", books.books[handbook_id], id) if handbook_id in books.edited else None,
            saved_at=at,
            handbook=books.books[handbook_id],
        )
        for id, title, path, handbook_id, at in saved
    )


def my_changes(actor: Actor) -> tuple[MyChange, ...]:
    """What the person did last, as far as they may still see what it was done to."""
    books = mine(actor)
    events = _events_of(actor, books)
    documents = Document.objects.in_bulk({event.about_id for event in events if event.about_id})
    messages = dict(
        Revision.objects.filter(pk__in={event.revision_id for event in events}).values_list("pk", "message")
    )
    changes = (
        _change(
            event,
            kind,
            books,
            documents.get(event.about_id) if event.about_id else None,
            messages.get(event.revision_id, "") if event.revision_id else "",
        )
        for event, kind in told_once(events)
    )
    return tuple(change for change in changes if change is not None)[:ROWS]


def _change(event: Event, kind: Kind, books: Mine, page: Document | None, message: str) -> MyChange | None:
    """None for what the person may not see any more."""
    book = books.books[event.stream_id]
    if event.type == IMPORTED:
        return MyChange(kind, book.title, page_url(book.slug, ""), "", event.at, book)
    if page is None or page.handbook_id != event.stream_id:
        return None
    if event.stream_id not in books.edited and (page.published_at is None or page.binned_at):
        return None
    return MyChange(kind, page.title, _where(book, page), message, event.at, book)


def _events_of(actor: Actor, books: Mine) -> list[Event]:
    """The newest first, a few more than are shown: some may say nothing, and large changes have parts."""
    recent = Q(pk__in=())
    for id, position in Stream.objects.filter(pk__in=list(books.books)).values_list("pk", "position"):
        recent |= Q(stream_id=id, position__gt=position - LOOKED_AT)
    told = Event.objects.filter(recent, actor_id=actor.id, type__in=[*KINDS, IMPORTED])
    return list(told.order_by("-at", "-pk")[: 4 * ROWS])


def _where(book: MyHandbook, page: Document) -> str | None:
    if page.binned_at:
        return None
    return read_url(book.slug, page.pk, page.path, is_published=page.published_at is not None)


def _address(name: str, book: MyHandbook, document_id: UUID) -> str:
    return reverse(f"documents:{name}", kwargs={"handbook": book.slug, "document_id": document_id})
