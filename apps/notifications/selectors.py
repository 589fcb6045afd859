"""A person's notifications, in words and with addresses; what they may not see any more is left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.formview import Choice
from apps.accounts.people import Actor
from apps.tenants.models import Membership

from .models import Digest, Notification, Watch, Wishes
from .source import Kind, Told, kinds, source

ROWS: Final = 30
COUNTED_MAX: Final = 99


@dataclass(frozen=True)
class Row:
    id: UUID
    kind_icon: str
    told: Told
    count: int
    at: datetime
    is_unread: bool
    open_url: str


@dataclass(frozen=True)
class Inbox:
    rows: tuple[Row, ...]
    older_url: str | None
    newer_url: str | None


@dataclass(frozen=True)
class KindWish:
    name: str
    title: str
    icon: str
    is_told: bool
    is_mailed: bool


@dataclass(frozen=True)
class WishesView:
    digests: tuple[Choice, ...]
    kinds: tuple[KindWish, ...]


def unread_count(person_id: UUID) -> int:
    """Up to one more than COUNTED_MAX."""
    return _unread(person_id)[: COUNTED_MAX + 1].count()


def newest_unread(person_id: UUID) -> datetime | None:
    """When it was told; None where all is read."""
    return _unread(person_id).order_by("-at").values_list("at", flat=True).first()


def _unread(person_id: UUID) -> QuerySet[Notification]:
    """Of handbooks that the person has left, none."""
    own = Membership.objects.filter(person_id=person_id, handbook__ends_at=None).values("handbook_id")
    return Notification.objects.filter(person_id=person_id, read_at=None, handbook_id__in=own)


def bar_notes(person_id: UUID) -> tuple[str, str]:
    """For the personal corner of the top bar: where they are, and how many are unread ("" for none)."""
    count = unread_count(person_id)
    text = f"{COUNTED_MAX}+" if count > COUNTED_MAX else str(count)
    return reverse("notifications:inbox"), text if count else ""


def inbox(actor: Actor, *, unread_only: bool, start: int) -> Inbox:
    """The newest first. A page may show fewer rows than there are: some are no longer theirs to see."""
    rows = Notification.objects.filter(person_id=actor.id).order_by("-at", "pk")
    if unread_only:
        rows = rows.filter(read_at=None)
    found = list(rows[start : start + ROWS + 1])
    words: dict[str, str] = {"unread": "1"} if unread_only else {}

    def at(place: int) -> str:
        return reverse("notifications:inbox", query=words | ({"from": str(place)} if place else {}))

    return Inbox(
        rows_of(actor, found[:ROWS]),
        older_url=at(start + ROWS) if len(found) > ROWS else None,
        newer_url=at(max(0, start - ROWS)) if start else None,
    )


def my_notices(actor: Actor) -> tuple[Row, ...]:
    """The newest unread ones."""
    unread = Notification.objects.filter(person_id=actor.id, read_at=None).order_by("-at", "pk")
    return rows_of(actor, list(unread[:ROWS]))


def rows_of(actor: Actor, found: list[Notification]) -> tuple[Row, ...]:
    told, known = source().told(actor, found), kinds()
    return tuple(
        Row(
            id=row.pk,
            kind_icon=known[row.kind].icon,
            told=told[row.pk],
            count=row.count,
            at=row.at,
            is_unread=row.read_at is None,
            open_url=reverse("notifications:open", kwargs={"notification_id": row.pk}),
        )
        for row in found
        if row.pk in told and row.kind in known
    )


def wishes_view(actor: Actor) -> WishesView:
    wishes = Wishes.objects.filter(pk=actor.id).first() or Wishes(digest=Digest.DAILY)
    names = ((Digest.DAILY, _("Every day")), (Digest.WEEKLY, _("Every Monday")), (Digest.OFF, _("Never")))
    return WishesView(
        tuple(Choice(digest.value, name, digest == wishes.digest) for digest, name in names),
        tuple(_wish(kind, wishes) for kind in kinds().values()),
    )


def _wish(kind: Kind, wishes: Wishes) -> KindWish:
    return KindWish(
        kind.name,
        str(kind.title),
        kind.icon,
        is_told=kind.name not in wishes.unwanted,
        is_mailed=kind.name not in wishes.unmailed,
    )


def is_watching(actor: Actor, subject_id: UUID) -> bool:
    return Watch.objects.filter(person_id=actor.id, subject_id=subject_id).exists()


def watchers(subject_ids: Any) -> list[tuple[UUID, UUID]]:
    """(subject, person) of those who watch any of these."""
    return list(Watch.objects.filter(subject_id__in=subject_ids).values_list("subject_id", "person_id"))
