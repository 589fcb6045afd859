"""The one place that decides who may do what in a handbook."""

from __future__ import annotations

from enum import IntEnum
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from apps.accounts.people import Actor

from .models import Handbook, Membership, Role


class Right(IntEnum):
    """Each right includes those below it. Whoever belongs to a handbook takes part: ticks, comments,
    confirms; others only read, if it is public."""

    READ = 1
    TAKE_PART = 2
    EDIT = 3
    MANAGE = 4


RIGHT_OF_ROLE = {Role.READER: Right.TAKE_PART, Role.EDITOR: Right.EDIT, Role.OWNER: Right.MANAGE}


class NotFoundError(Http404):
    """There is no such thing, or the actor may not know that there is: the answer is the same."""


class ForbiddenError(PermissionDenied):
    """The actor may know of it, but may not do this."""


def right_of(actor: Actor, handbook_id: UUID) -> Right | None:
    """The greatest right of the actor in the handbook, None where it must seem not to exist. One that is
    to be deleted is its owners' alone."""
    if actor.staff:
        return Right.MANAGE if Handbook.objects.filter(pk=handbook_id).exists() else None
    if actor.id is not None:
        memberships = Membership.objects.filter(handbook_id=handbook_id, person_id=actor.id)
        found = memberships.values_list("role", "handbook__ends_at").first()
        if found is not None:
            role, ends_at = found
            return RIGHT_OF_ROLE[Role(role)] if ends_at is None or role == Role.OWNER else None
    is_public = Handbook.objects.filter(pk=handbook_id, is_public=True).exists()
    return Right.READ if is_public else None


def require(actor: Actor, handbook_id: UUID, right: Right) -> Right:
    """The actor's right, at least this one. Raises NotFoundError or ForbiddenError."""
    granted = right_of(actor, handbook_id)
    if granted is None:
        raise NotFoundError
    if granted < right:
        raise ForbiddenError
    return granted
