"""Pages that a person is to confirm or to review, across the handbooks they are a member of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from apps.accounts.people import Actor

from ..models import Care, Confirmation
from .care import SOON
from .links import readable
from .mine import ROWS, Mine, MyHandbook, mine


@dataclass(frozen=True)
class MyPageToDo:
    """To be reviewed on that day; without one, to be confirmed."""

    title: str
    url: str
    review_on: date | None
    handbook: MyHandbook


def my_care(actor: Actor) -> tuple[MyPageToDo, ...]:
    """Pages that the actor is asked to confirm, then those they look after and that are due, or soon."""
    books = mine(actor)
    return (*_to_confirm(actor, books), *_to_review(actor, books))


def _to_confirm(actor: Actor, books: Mine) -> Iterator[MyPageToDo]:
    confirmed = Confirmation.objects.filter(
        document_id=OuterRef("pk"), person_id=actor.id, number__gte=OuterRef("confirm_from")
    )
    rows = Care.objects.filter(
        ~Exists(confirmed),
        readable("document__"),
        confirm_from__isnull=False,
        handbook_id__in=list(books.books),
    )
    for row in rows.select_related("document").order_by("-document__updated_at", "pk")[:ROWS]:
        yield _to_do(books.books[row.handbook_id], row, "confirm", None)


def _to_review(actor: Actor, books: Mine) -> Iterator[MyPageToDo]:
    until = timezone.localdate() + SOON / 2
    rows = Care.objects.filter(
        readable("document__"), owner_id=actor.id, review_on__lte=until, handbook_id__in=books.edited
    )
    for row in rows.select_related("document").order_by("review_on", "pk")[:ROWS]:
        yield _to_do(books.books[row.handbook_id], row, "care", row.review_on)


def _to_do(book: MyHandbook, row: Care, route: str, review_on: date | None) -> MyPageToDo:
    url = reverse(f"documents:{route}", kwargs={"handbook": book.slug, "document_id": row.document.pk})
    return MyPageToDo(row.document.title, url, review_on, book)
