"""What readers do not see: drafts and the bin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.events.models import Event

from ..models import Document
from .documents import ROWS_A_PAGE, author_name
from .handbook import HandbookView


@dataclass(frozen=True)
class DraftRow:
    title: str
    url: str
    edit_url: str
    author: str
    updated_at: datetime
    publish_url: str


@dataclass(frozen=True)
class BinRow:
    title: str
    path: str
    deleted_by: str
    deleted_at: datetime
    restore_url: str
    count_below: int


def draft_rows(handbook: HandbookView, start: int) -> tuple[DraftRow, ...]:
    rows = (
        Document.objects.filter(handbook_id=handbook.id, binned_at=None, published_at=None)
        .select_related("revision__author")
        .order_by("-updated_at", "pk")[start : start + ROWS_A_PAGE]
    )
    return tuple(_draft_row(handbook, row) for row in rows)


def _draft_row(handbook: HandbookView, row: Document) -> DraftRow:
    at = {"handbook": handbook.slug, "document_id": row.pk}
    return DraftRow(
        title=row.title,
        url=reverse("documents:draft", kwargs=at),
        edit_url=reverse("documents:edit", kwargs=at),
        author=author_name(row.revision.author if row.revision else None),
        updated_at=row.updated_at,
        publish_url=reverse("documents:publish", kwargs=at),
    )


def bin_rows(handbook: HandbookView, start: int) -> tuple[BinRow, ...]:
    """What was put into the bin, each with what went along."""
    rows = list(
        Document.objects.filter(handbook_id=handbook.id, bin_root_id=F("pk"))
        .exclude(binned_at=None)
        .order_by("-binned_at", "pk")[start : start + ROWS_A_PAGE]
    )
    along = dict(
        Document.objects.filter(bin_root_id__in=[row.pk for row in rows])
        .values_list("bin_root_id")
        .annotate(n=Count("pk"))
    )
    who = _binned_by(handbook, [row.pk for row in rows])
    return tuple(
        BinRow(
            title=row.title,
            path=row.path,
            deleted_by=who.get(row.pk, _("Cairn")),
            deleted_at=row.binned_at,
            restore_url=reverse(
                "documents:restore", kwargs={"handbook": handbook.slug, "document_id": row.pk}
            ),
            count_below=along[row.pk] - 1,
        )
        for row in rows
        if row.binned_at
    )


def _binned_by(handbook: HandbookView, document_ids: list[UUID]) -> dict[UUID, str]:
    """Names of those who binned the documents last, from the log."""
    events = Event.objects.filter(
        stream_id=handbook.id, about_id__in=document_ids, type="document_binned"
    ).order_by("position")
    actors = {event.about_id: event.actor_id for event in events}
    names = {person.pk: str(person) for person in User.objects.filter(pk__in=set(actors.values()))}
    return {id: names[actor] for id, actor in actors.items() if id and actor in names}
