"""The members of a handbook, with what may be done about each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.people import Actor
from apps.tenants.models import Role
from apps.tenants.permissions import Right, right_of
from apps.tenants.selectors import members_of

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
class Members:
    rows: tuple[MemberRow, ...]
    manages: bool


def member_rows(actor: Actor, handbook: HandbookView, refused: tuple[UUID, str] | None = None) -> Members:
    """`refused`: whose row was to be changed, and why it was not."""

    def address(name: str, person_id: UUID) -> str:
        return reverse(f"documents:{name}", kwargs={"handbook": handbook.slug, "person_id": person_id})

    manages = right_of(actor, handbook.id) is Right.MANAGE
    rows = tuple(
        MemberRow(
            id=member.person_id,
            name=member.name,
            email=member.email,
            role=member.role.value,
            role_name=str(ROLE_NAMES[member.role]),
            role_url=address("member_role", member.person_id) if manages else None,
            remove_url=address("member_remove", member.person_id),
            is_you=member.person_id == actor.id,
            errors=(refused[1],) if refused and refused[0] == member.person_id else (),
        )
        for member in members_of(actor, handbook.id)
    )
    return Members(rows, manages)
