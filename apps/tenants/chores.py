"""What is due by time: handbooks whose last day is over are deleted."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from apps.accounts.people import SYSTEM
from apps.events.actions import RefusedError

from .actions import purge_handbook
from .models import Handbook
from .permissions import NotFoundError

AT_ONCE = 10  # the next chore is an hour later


def purge_due(most: int = AT_ONCE) -> list[tuple[UUID, str]]:
    """Id and address of those that were deleted. One that was taken back meanwhile stays."""
    due = Handbook.objects.filter(ends_at__lte=timezone.now()).order_by("ends_at")
    purged = []
    for handbook_id, slug in list(due.values_list("pk", "slug")[:most]):
        try:
            purge_handbook(SYSTEM, handbook_id)
        except (RefusedError, NotFoundError):
            continue
        purged.append((handbook_id, slug))
    return purged
