"""Which handbooks there are for whom, and who belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from apps.accounts.people import Actor

from .models import Handbook, Membership, Role
from .permissions import RIGHT_OF_ROLE, ForbiddenError, NotFoundError, Right, right_of


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
    """Those the actor is a member of, by title."""
    return Handbook.objects.filter(membership__person_id=actor.id).order_by("title", "slug")


def rights_of(actor: Actor) -> tuple[tuple[Handbook, Right], ...]:
    """The handbooks the actor is a member of, by title, each with the actor's right in it."""
    rows = Membership.objects.filter(person_id=actor.id).select_related("handbook")
    return tuple(
        (row.handbook, Right.MANAGE if actor.staff else RIGHT_OF_ROLE[Role(row.role)])
        for row in rows.order_by("handbook__title", "handbook__slug")
    )


def names_of_members(handbook_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """(id, name) of everybody who belongs to it: for members alone."""
    rows = Membership.objects.filter(handbook_id=handbook_id)
    return tuple(rows.values_list("person_id", "person__name"))


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
