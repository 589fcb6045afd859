"""Which handbooks there are for whom, and who belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from apps.accounts.people import Actor

from .models import Handbook, Invitation, Membership, Role
from .permissions import RIGHT_OF_ROLE, ForbiddenError, NotFoundError, Right, require, right_of
from .secrets import digest_of


@dataclass(frozen=True)
class Member:
    person_id: UUID
    name: str
    email: str
    role: Role


def public_handbooks() -> QuerySet[Handbook]:
    """By title."""
    return Handbook.objects.filter(is_public=True).order_by("title", "slug")


def handbooks_of(actor: Actor) -> QuerySet[Handbook]:
    """Those the actor is a member of, by title, without those that are to be deleted."""
    own = Handbook.objects.filter(membership__person_id=actor.id, ends_at=None)
    return own.order_by("title", "slug")


def known_handbooks(actor: Actor) -> QuerySet[Handbook]:
    """Public ones and the actor's own, by title: what the actor may hear of unasked."""
    if actor.id is None:
        return public_handbooks()
    return (public_handbooks() | handbooks_of(actor)).distinct()


def ending_handbooks(actor: Actor) -> QuerySet[Handbook]:
    """Those of the actor's own that are to be deleted, the next one first."""
    own = Handbook.objects.filter(membership__person_id=actor.id, membership__role=Role.OWNER)
    return own.filter(ends_at__isnull=False).order_by("ends_at", "slug")


def rights_of(actor: Actor) -> tuple[tuple[Handbook, Right], ...]:
    """The handbooks the actor is a member of, by title, each with the actor's right in it; without those
    that are to be deleted."""
    rows = Membership.objects.filter(person_id=actor.id, handbook__ends_at=None).select_related("handbook")
    return tuple(
        (row.handbook, Right.MANAGE if actor.staff else RIGHT_OF_ROLE[Role(row.role)])
        for row in rows.order_by("handbook__title", "handbook__slug")
    )


def names_of_members(handbook_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """(id, name) of everybody who belongs to it, by name: for members alone."""
    rows = Membership.objects.filter(handbook_id=handbook_id).values_list("person_id", "person__name")
    return tuple(sorted(rows, key=lambda row: (row[1].casefold(), row[0])))


def are_members(handbook_id: UUID, person_ids: set[UUID]) -> bool:
    """Whether each of these belongs to it."""
    found = Membership.objects.filter(handbook_id=handbook_id, person_id__in=person_ids)
    return found.count() == len(person_ids)


def members_of(actor: Actor, handbook_id: UUID) -> tuple[Member, ...]:
    """By name. Owners see all members, others only themselves: addresses are nobody else's business.

    Raises NotFoundError, and ForbiddenError for readers who are no members.
    """
    right = right_of(actor, handbook_id)
    if right is None:
        raise NotFoundError
    rows = Membership.objects.filter(handbook_id=handbook_id).select_related("person")
    if right < Right.MANAGE:
        rows = rows.filter(person_id=actor.id)
    members = [Member(row.person_id, str(row.person), row.person.email, Role(row.role)) for row in rows]
    if not members and right < Right.MANAGE:
        raise ForbiddenError
    return tuple(sorted(members, key=lambda member: (member.name.casefold(), member.email)))


def open_invitations(actor: Actor, handbook_id: UUID) -> QuerySet[Invitation]:
    """Those that somebody can still use, the newest first: for owners."""
    require(actor, handbook_id, Right.MANAGE)
    rows = Invitation.objects.filter(handbook_id=handbook_id, revoked_at=None, expires_at__gt=timezone.now())
    return rows.filter(uses__lt=F("uses_max")).select_related("created_by").order_by("-created_at")


def usable_invitation(secret: str) -> Invitation | None:
    """With its handbook; None for what is expired, used up, revoked or never was."""
    found = _invitations(secret).first()
    return found if found is not None and found.is_open(timezone.now()) else None


def invitation_of_member(secret: str, person_id: UUID) -> Invitation | None:
    """With its handbook, open or not; None where the person does not belong to that."""
    return _invitations(secret).filter(handbook__membership__person_id=person_id).first()


def _invitations(secret: str) -> QuerySet[Invitation]:
    rows = Invitation.objects.select_related("handbook", "created_by")
    return rows.filter(digest=digest_of(secret), handbook__ends_at=None)
