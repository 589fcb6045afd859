"""Links that make people members."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.emails import checked_email
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action
from apps.events.ids import new_id
from apps.events.streams import handbook_stream, person_stream
from apps.events.unit import record

from ..conf import conf
from ..models import Invitation, Membership
from ..permissions import ForbiddenError, NotFoundError, Right, require
from ..secrets import digest_of, new_secret
from ..selectors import usable_invitation
from .members import checked_role

USES_MAX = 100
DAYS = 7


@action
def invite(
    actor: Actor,
    handbook_id: UUID,
    *,
    role: str,
    email: str = "",
    days: int = DAYS,
    uses_max: int = 1,
    invitation_id: UUID | None = None,
    operation_id: UUID | None = None,
) -> tuple[Invitation, str]:
    """An invitation and its secret, which is told once. With an `email` it is for one person: whoever has
    the account with that address, now or later; the answer is the same."""
    checked_role(role)
    email = checked_email(email) if email.strip() else ""
    if not 1 <= days <= conf.invitation_days_max:
        raise RefusedError(_("1 to %d days are allowed.") % conf.invitation_days_max, "days")
    if not 1 <= uses_max <= (1 if email else USES_MAX):
        text = (
            _("With an address it is for one person.")
            if email
            else _("1 to %d people are allowed.") % USES_MAX
        )
        raise RefusedError(text, "uses_max")
    secret, now = new_secret(), timezone.now()
    with record(
        "invitation_created",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=handbook_id,
    ) as change:
        require(actor, handbook_id, Right.MANAGE)
        if email and Membership.objects.filter(handbook_id=handbook_id, person__email=email).exists():
            raise RefusedError(_("“%s” belongs to this handbook already.") % email, "email")
        invitation = Invitation(
            id=invitation_id or new_id(),
            handbook_id=handbook_id,
            digest=digest_of(secret),
            role=role,
            email=email,
            uses_max=uses_max,
            created_by_id=actor.id,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        return change.insert(invitation), secret


@action
def revoke_invitation(
    actor: Actor, handbook_id: UUID, invitation_id: UUID, *, operation_id: UUID | None = None
) -> None:
    """It lets nobody in from now on; who came by it stays. A second time nothing changes."""
    with record(
        "invitation_revoked",
        handbook_stream(handbook_id),
        actor_id=actor.id,
        operation_id=operation_id,
        about_id=invitation_id,
    ) as change:
        require(actor, handbook_id, Right.MANAGE)
        invitation = Invitation.objects.filter(pk=invitation_id, handbook_id=handbook_id).first()
        if invitation is None:
            raise NotFoundError
        if invitation.revoked_at is None:
            change.update(invitation, revoked_at=timezone.now())


@action
def accept_invitation(actor: Actor, secret: str, *, operation_id: UUID | None = None) -> Membership:
    """Become a member. Who is one already stays what they are, and uses nothing up.

    Raises NotFoundError for an invitation that lets nobody in (any more), RefusedError for one that is
    somebody else's, ForbiddenError for who has no account.
    """
    person = User.objects.filter(pk=actor.id, is_active=True).first() if actor.id else None
    if person is None:
        raise ForbiddenError
    found = usable_invitation(secret)
    if found is None:
        raise NotFoundError
    with record(
        "invitation_accepted",
        handbook_stream(found.handbook_id),
        person_stream(person.pk),
        actor_id=person.pk,
        operation_id=operation_id,
        about_id=person.pk,
    ) as change:
        invitation = usable_invitation(secret)  # as it is under the lock
        if invitation is None:
            raise NotFoundError
        if invitation.email not in ("", person.email):
            raise RefusedError(_("This invitation is for somebody else's account."))
        mine = Membership.objects.filter(handbook_id=invitation.handbook_id, person=person).first()
        if mine is not None:
            return mine
        change.update(invitation, uses=invitation.uses + 1)
        return change.insert(
            Membership(
                handbook_id=invitation.handbook_id,
                person_id=person.pk,
                role=invitation.role,
                created_at=timezone.now(),
            )
        )
