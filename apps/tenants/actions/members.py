"""Who belongs to a handbook, and as what."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User, normal_email
from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action, refuse_other
from apps.events.streams import handbook_stream, person_stream
from apps.events.unit import record

from ..models import Membership, Role
from ..permissions import NotFoundError, Right, require


@action
def add_member(
    actor: Actor, handbook_id: UUID, *, email: str, role: str, operation_id: UUID | None = None
) -> Membership:
    """Add somebody who has an account, or change the role of a member."""
    person = User.objects.filter(email=normal_email(email), is_active=True).first()
    if person is None:
        require(actor, handbook_id, Right.MANAGE)  # only an owner is told who has no account
        raise RefusedError(_("Nobody has signed up with “%s”.") % email.strip(), "email")
    return _set_role(actor, handbook_id, person.pk, role, "member_added", operation_id)


@action
def change_role(
    actor: Actor, handbook_id: UUID, person_id: UUID, *, role: str, operation_id: UUID | None = None
) -> Membership:
    """Raises RefusedError where the handbook would be left without an owner."""
    return _set_role(actor, handbook_id, person_id, role, "role_changed", operation_id)


@action
def remove_member(
    actor: Actor, handbook_id: UUID, person_id: UUID, *, operation_id: UUID | None = None
) -> None:
    """An owner removes a member, or a member leaves."""
    with record(
        "member_removed",
        handbook_stream(handbook_id),
        person_stream(person_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        require(actor, handbook_id, Right.READ if actor.id == person_id else Right.MANAGE)
        membership = _membership(handbook_id, person_id)
        if membership is None:
            raise NotFoundError
        _require_other_owner(membership)
        change.delete(membership)


@action
def transfer_ownership(
    actor: Actor, handbook_id: UUID, person_id: UUID, *, become: str, operation_id: UUID | None = None
) -> Membership:
    """Make another member an owner, and become `become` oneself (owner: both are), in one step. Somebody
    of staff who is no member becomes nothing. Returns the new owner's membership."""
    checked_role(become)
    streams = {person_stream(id) for id in (person_id, actor.id) if id}
    with record(
        "ownership_transferred",
        handbook_stream(handbook_id),
        *streams,
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        require(actor, handbook_id, Right.MANAGE)
        named, own = _membership(handbook_id, person_id), _membership(handbook_id, actor.id)
        if named is None:
            raise NotFoundError
        if actor.id == person_id:
            raise RefusedError(_("Name somebody else: you are an owner already."), "person")
        change.update(named, role=Role.OWNER)
        if own is not None:
            change.update(own, role=become)
        return named


def checked_role(role: str) -> None:
    """Raises RefusedError for what is no role."""
    refuse_other(role, Role.values, "role")


def _set_role(
    actor: Actor, handbook_id: UUID, person_id: UUID, role: str, type: str, operation_id: UUID | None
) -> Membership:
    checked_role(role)
    with record(
        type,
        handbook_stream(handbook_id),
        person_stream(person_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=person_id,
    ) as change:
        require(actor, handbook_id, Right.MANAGE)
        membership = _membership(handbook_id, person_id)
        if membership is None and type == "role_changed":
            raise NotFoundError
        if membership is None:
            return change.insert(
                Membership(handbook_id=handbook_id, person_id=person_id, role=role, created_at=timezone.now())
            )
        if role != Role.OWNER:
            _require_other_owner(membership)
        change.update(membership, role=role)
        return membership


def _membership(handbook_id: UUID, person_id: UUID | None) -> Membership | None:
    return Membership.objects.filter(handbook_id=handbook_id, person_id=person_id).first()


def _require_other_owner(membership: Membership) -> None:
    """Under the handbook's lock, so two owners cannot leave at once."""
    owners = Membership.objects.filter(handbook_id=membership.handbook_id, role=Role.OWNER)
    if membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise RefusedError(_("A handbook needs an owner. Make somebody else an owner first."), "role")
