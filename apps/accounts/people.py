"""Who acts: the narrow value that actions and permission checks are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied


@dataclass(frozen=True)
class Actor:
    """`id` is None for a visitor and for the system; `staff` may administer every handbook."""

    id: UUID | None
    staff: bool = False


ANONYMOUS = Actor(None)
SYSTEM = Actor(None, staff=True)  # management commands


def actor_of(user: Any) -> Actor:
    """The actor behind `request.user`."""
    if not user.is_authenticated:
        return ANONYMOUS
    return Actor(user.pk, user.is_staff)


def require_self(actor: Actor, person_id: UUID) -> None:
    """What is somebody's own is theirs and the staff's to change. Raises PermissionDenied."""
    if actor.id != person_id and not actor.staff:
        raise PermissionDenied
