"""The members of a handbook, with what may be done about each, and who is invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.people import Actor
from apps.queries.projections import projection, select
from apps.tenants.models import Invitation, Membership, Role
from apps.tenants.permissions import Right, right_of
from apps.tenants.selectors import members_of, open_invitations

from .handbook import HandbookView

ROLE_NAMES = {Role.READER: _("Reader"), Role.EDITOR: _("Editor"), Role.OWNER: _("Owner")}


@dataclass(frozen=True)
class MemberRow:
    """`role_url` is None for those who may not set roles; everybody may remove themselves."""

    id: UUID
    name: str
    email: str
    role: str
    role_name: str
    role_url: str | None
    remove_url: str | None
    is_you: bool
    errors: tuple[str, ...]


@dataclass(frozen=True)
class InvitationRow:
    """`email` is '' for a link that is passed on by hand."""

    email: str
    role_name: str
    who: str
    uses: int
    uses_max: int
    expires_at: datetime
    revoke_url: str


@dataclass(frozen=True)
class Members:
    """`invitations`, `transfer_url`: for owners."""

    rows: tuple[MemberRow, ...]
    manages: bool
    invitations: tuple[InvitationRow, ...] = ()
    transfer_url: str | None = None


@projection(Membership, stream="handbook_id")
class MemberRole:
    person_id: UUID
    role: str


def writers(handbook: HandbookView) -> set[UUID]:
    """The members who write."""
    rows = select(MemberRole, handbook.id, handbook_id=handbook.id)
    return {row.person_id for row in rows if row.role != Role.READER}


def member_rows(actor: Actor, handbook: HandbookView, refused: tuple[UUID, str] | None = None) -> Members:
    """`refused`: whose row was to be changed, and why it was not."""

    def address(name: str, **of: UUID) -> str:
        return reverse(f"documents:{name}", kwargs={"handbook": handbook.slug, **of})

    manages = right_of(actor, handbook.id) is Right.MANAGE
    rows = tuple(
        MemberRow(
            id=member.person_id,
            name=member.name,
            email=member.email,
            role=member.role.value,
            role_name=str(ROLE_NAMES[member.role]),
            role_url=address("member_role", person_id=member.person_id) if manages else None,
            remove_url=address("member_remove", person_id=member.person_id),
            is_you=member.person_id == actor.id,
            errors=(refused[1],) if refused and refused[0] == member.person_id else (),
        )
        for member in members_of(actor, handbook.id)
    )
    if not manages:
        return Members(rows, manages)
    invited = open_invitations(actor, handbook.id)
    revoke = "revoke_invitation"
    return Members(
        rows,
        manages,
        tuple(_invitation(row, address(revoke, invitation_id=row.pk)) for row in invited),
        address("transfer") if len(rows) > 1 else None,
    )


def _invitation(row: Invitation, revoke_url: str) -> InvitationRow:
    return InvitationRow(
        email=row.email,
        role_name=str(ROLE_NAMES[Role(row.role)]),
        who=str(row.created_by or ""),
        uses=row.uses,
        uses_max=row.uses_max,
        expires_at=row.expires_at,
        revoke_url=revoke_url,
    )
