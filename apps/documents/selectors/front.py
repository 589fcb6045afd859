"""Handbooks as the front page and the account page list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Substr
from django.urls import reverse

from apps.accounts.people import Actor
from apps.tenants.models import Handbook
from apps.tenants.selectors import ending_handbooks, handbooks_of, public_handbooks

from ..models import Body, Document
from .handbook import page_url
from .links import readable

DESCRIPTION_CHARS = 160


@dataclass(frozen=True)
class HandbookCard:
    """`page_count` is what readers find; `description` how the home page begins."""

    title: str
    url: str
    color: str
    icon: str
    description: str
    page_count: int
    is_public: bool


def public_cards() -> tuple[HandbookCard, ...]:
    """The same for everybody."""
    return _cards(public_handbooks())


def cards_of(actor: Actor) -> tuple[HandbookCard, ...]:
    """Of the handbooks the actor is a member of."""
    return _cards(handbooks_of(actor))


@dataclass(frozen=True)
class Ending:
    """A handbook that is to be deleted, and how its owners take that back."""

    title: str
    url: str
    ends_at: datetime
    reopen_url: str


def ending_of(handbook: Handbook) -> Ending | None:
    """None for one that stays."""
    if handbook.ends_at is None:
        return None
    slug = {"handbook": handbook.slug}
    return Ending(
        title=handbook.title,
        url=reverse("documents:delete_handbook", kwargs=slug),
        ends_at=handbook.ends_at,
        reopen_url=reverse("documents:reopen_handbook", kwargs=slug),
    )


def account_page(actor: Actor) -> dict[str, Any]:
    """What the account page shows of handbooks."""
    return {
        "handbooks": cards_of(actor),
        "endings": tuple(filter(None, map(ending_of, ending_handbooks(actor)))),
        "new_handbook_url": reverse("documents:new_handbook"),
        "work_url": reverse("documents:me"),
        "wishes_url": reverse("notifications:wishes"),
    }


def _cards(handbooks: QuerySet[Handbook]) -> tuple[HandbookCard, ...]:
    """Three statements, however many handbooks there are."""
    rows = list(handbooks)
    ids = [row.pk for row in rows]
    documents = Document.objects.filter(readable(), handbook_id__in=ids).order_by()
    counts = dict(documents.values_list("handbook_id").annotate(Count("pk")))
    homes = Body.objects.filter(handbook_id__in=ids, document__parent=None)
    starts = dict(homes.values_list("handbook_id", Substr(F("plain"), 1, 2 * DESCRIPTION_CHARS)))
    return tuple(
        HandbookCard(
            title=row.title,
            url=page_url(row.slug, ""),
            color=row.color,
            icon=row.icon,
            description=_shortened(starts.get(row.pk, "")),
            page_count=counts.get(row.pk, 0),
            is_public=row.is_public,
        )
        for row in rows
    )


def _shortened(text: str) -> str:
    """One line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= DESCRIPTION_CHARS:
        return line
    return line[:DESCRIPTION_CHARS].rpartition(" ")[0].rstrip(" .,;:") + " …"
