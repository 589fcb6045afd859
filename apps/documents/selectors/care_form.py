"""Care of one page as those who give it see it: the form's values, the record of confirmations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.tenants.models import Membership, Role

from ..models import Care, Confirmation, Document
from .care import TagLink, is_due, tag_links
from .handbook import HandbookView


@dataclass(frozen=True)
class CareView:
    """`reviewed_by` is empty where nobody has; addresses are those of forms."""

    owner: str
    tags: tuple[TagLink, ...]
    review_on: date | None
    reviewed_by: str
    reviewed_at: datetime | None
    is_due: bool
    confirm_from: int | None
    save_url: str
    reviewed_url: str
    ask_url: str
    record_url: str
    due_url: str


@dataclass(frozen=True)
class ConfirmationRow:
    """`number` is the revision confirmed last, None for none; `counts` whether that is new enough."""

    name: str
    number: int | None
    at: datetime | None
    counts: bool


def care_row(document: Document) -> Care:
    found = Care.objects.filter(pk=document.pk).select_related("owner", "reviewed_by").first()
    return found or Care(document=document, handbook_id=document.handbook_id)


def care_view(handbook: HandbookView, document: Document, care: Care) -> CareView:
    at = {"handbook": handbook.slug, "document_id": document.pk}
    return CareView(
        owner=str(care.owner) if care.owner else "",
        tags=tag_links(handbook, care.labels),
        review_on=care.review_on,
        reviewed_by=str(care.reviewed_by) if care.reviewed_by else "",
        reviewed_at=care.reviewed_at,
        is_due=is_due(care.review_on),
        confirm_from=care.confirm_from,
        save_url=reverse("documents:care", kwargs=at),
        reviewed_url=reverse("documents:reviewed", kwargs=at),
        ask_url=reverse("documents:ask_confirmation", kwargs=at),
        record_url=reverse("documents:confirmations", kwargs=at),
        due_url=reverse("documents:due", kwargs={"handbook": handbook.slug}),
    )


def owner_choices(handbook: HandbookView, owner: User | None) -> list[tuple[str, str]]:
    """Members who write and the present owner, also one who may write no more, by name."""
    rows = Membership.objects.filter(handbook_id=handbook.id).exclude(role=Role.READER)
    names = {row.person: str(row.person) for row in rows.select_related("person")}
    if owner is not None and owner not in names:
        names[owner] = _("%(name)s (does not write here any more)") % {"name": owner}
    return sorted(((str(each.pk), name) for each, name in names.items()), key=lambda each: each[1].casefold())


def confirmation_rows(handbook: HandbookView, document: Document, care: Care) -> tuple[ConfirmationRow, ...]:
    """Every member, those who have not confirmed first; after them, who confirmed and is no member now."""
    newest: dict[UUID, Confirmation] = {
        row.person_id: row for row in Confirmation.objects.filter(document=document).order_by("number", "at")
    }
    members = Membership.objects.filter(handbook_id=handbook.id).select_related("person")
    names = {row.person_id: str(row.person) for row in members}
    names |= {id: row.name for id, row in newest.items() if id not in names}
    rows = [_row(name, newest.get(id), care.confirm_from) for id, name in names.items()]
    return tuple(sorted(rows, key=lambda row: (row.counts, row.number is not None, row.name.casefold())))


def _row(name: str, row: Confirmation | None, confirm_from: int | None) -> ConfirmationRow:
    if row is None:
        return ConfirmationRow(name, None, None, counts=False)
    return ConfirmationRow(name, row.number, row.at, counts=row.number >= (confirm_from or 1))


def has_confirmed(actor: Actor, document_id: UUID) -> bool:
    """Whether the actor confirmed what is asked for."""
    own = Confirmation.objects.filter(document_id=document_id, person_id=actor.id)
    return own.filter(number__gte=F("document__care__confirm_from")).exists()
