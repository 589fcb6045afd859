"""Deleting a handbook: closed at once, taken back for a while, gone for good after that."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action
from apps.events.streams import handbook_stream, person_stream
from apps.events.unit import record

from ..belongings import delete_belongings, people_of
from ..conf import conf
from ..models import Handbook
from ..permissions import ForbiddenError, NotFoundError, Right, require


@action
def close_handbook(
    actor: Actor, handbook_id: UUID, *, title: str, operation_id: UUID | None = None
) -> Handbook:
    """It is to be deleted after CAIRN_TENANTS_DELETION_DAYS; until then it is there for its owners alone.
    `title` is its own, typed to say that this one is meant. A second time nothing changes."""
    with record(
        "handbook_closed",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=handbook_id,
    ) as change:
        require(actor, handbook_id, Right.MANAGE)
        handbook = Handbook.objects.get(pk=handbook_id)
        if " ".join(title.split()).casefold() != handbook.title.casefold():
            raise RefusedError(_("This is not its title. Type “%s”.") % handbook.title, "title")
        if handbook.ends_at is None:
            ends_at = timezone.now() + timedelta(days=conf.deletion_days)
            change.update(handbook, ends_at=ends_at, was_public=handbook.is_public, is_public=False)
        return handbook


@action
def reopen_handbook(actor: Actor, handbook_id: UUID, *, operation_id: UUID | None = None) -> Handbook:
    """Take back that it is deleted: it is as it was before. A second time nothing changes."""
    with record(
        "handbook_reopened",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=handbook_id,
    ) as change:
        require(actor, handbook_id, Right.MANAGE)
        handbook = Handbook.objects.get(pk=handbook_id)
        if handbook.ends_at is not None:
            change.update(handbook, ends_at=None, is_public=handbook.was_public, was_public=False)
        return handbook


@action
def purge_handbook(actor: Actor, handbook_id: UUID, *, operation_id: UUID | None = None) -> None:
    """Delete it with all that belongs to it, once its time is over: for the system and staff. The log
    keeps that it was there. Media files go after the commit."""
    if not actor.staff:
        raise ForbiddenError
    with record(
        "handbook_purged",
        handbook_stream(handbook_id),
        *map(person_stream, people_of(handbook_id)),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=handbook_id,
    ) as change:
        handbook = Handbook.objects.filter(pk=handbook_id).first()
        if handbook is None:
            raise NotFoundError
        if handbook.ends_at is None or handbook.ends_at > timezone.now():
            raise RefusedError(_("“%s” is not to be deleted yet.") % handbook.slug)
        delete_belongings(change, handbook_id)
        change.delete(handbook)
