"""Looking after pages: owner, tags, review, and asking members to confirm that they have read."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action, refuse_overtaken
from apps.events.unit import Recorder
from apps.tenants.models import Membership, Role
from apps.tenants.permissions import NotFoundError

from ..models import Care, Confirmation, Document, Label, Revision
from ..models.care import TAG_MAX, TAG_SLUG_MAX
from ..text import slugify
from .editing import editing, taking_part

TAGS_MAX: Final = 20
MONTHS_MAX: Final = 60


@action
def change_care(
    actor: Actor,
    document_id: UUID,
    *,
    was: Mapping[str, Any] | None = None,
    operation_id: UUID | None = None,
    **values: Any,
) -> Care:
    """Change any of owner_id, tags, review_on, review_every_months. The owner is a member who writes; tags
    differ by their slugs. RefusedError where one of `was` stands no more."""
    labels = checked_tags(values.pop("tags")) if "tags" in values else None
    months = values.get("review_every_months")
    if months is not None and not 0 < months <= MONTHS_MAX:
        text = _("“%(value)s” is not allowed here: 1 to %(max)d months.")
        raise RefusedError(text % {"value": months, "max": MONTHS_MAX}, "review_every_months")
    with editing("care_changed", actor, document_id, operation_id) as (change, document):
        care = care_of(change, document)
        refuse_overtaken(care, was)
        owner_id = values.get("owner_id")
        if owner_id and owner_id != care.owner_id and not _is_editor(document, owner_id):
            raise RefusedError(_("Who looks after a page is one of its editors."), "owner_id")
        if labels is not None:
            _label(change, document, labels)
            values["labels"] = [list(each) for each in labels.items()]
        change.update(care, **values)
        return care


@action
def mark_reviewed(
    actor: Actor, document_id: UUID, *, next_on: date | None = None, operation_id: UUID | None = None
) -> Care:
    """It was looked at and is right. The next time is on `next_on`, else as many months away as was chosen,
    else there is none."""
    with editing("page_reviewed", actor, document_id, operation_id) as (change, document):
        care, now = care_of(change, document), timezone.now()
        every = care.review_every_months
        next_on = next_on or (months_later(timezone.localdate(now), every) if every else None)
        change.update(care, reviewed_at=now, reviewed_by_id=actor.id, review_on=next_on)
        return care


@action
def ask_confirmation(actor: Actor, document_id: UUID, *, operation_id: UUID | None = None) -> Care:
    """Members are to confirm that they have read it as it is now; earlier confirmations do not count."""
    with editing("confirmation_asked", actor, document_id, operation_id) as (change, document):
        care = care_of(change, document)
        if document.revision is None:
            raise NotFoundError
        change.update(care, confirm_from=document.revision.number)
        return care


@action
def stop_confirmation(actor: Actor, document_id: UUID, *, operation_id: UUID | None = None) -> Care:
    """Nobody is asked any more; what was confirmed stays on record."""
    with editing("confirmation_ended", actor, document_id, operation_id) as (change, document):
        care = care_of(change, document)
        change.update(care, confirm_from=None)
        return care


@action
def confirm_reading(
    actor: Actor, document_id: UUID, *, revision_id: UUID, operation_id: UUID | None = None
) -> Confirmation:
    """A member has read this revision. A second time is the same confirmation. RefusedError where nobody
    asks, or the text has changed since."""
    with taking_part("page_confirmed", actor, document_id, operation_id) as (change, document):
        revision = Revision.objects.filter(pk=revision_id, document=document).first()
        person = User.objects.filter(pk__in=[actor.id]).first()
        if revision is None or person is None:
            raise NotFoundError
        earlier = Confirmation.objects.filter(revision=revision, person=person).first()
        if earlier is not None:
            return earlier
        care = Care.objects.filter(pk=document_id).first()
        if care is None or care.confirm_from is None:
            raise RefusedError(_("Nobody asks for a confirmation of “%s”.") % document.title)
        if revision.pk != document.revision_id:
            text = _("The text has changed since you opened it. Please read it as it is now.")
            raise RefusedError(text)
        change.describe(revision_id=revision.pk)
        return change.insert(
            Confirmation(
                handbook_id=document.handbook_id,
                document=document,
                revision=revision,
                number=revision.number,
                person=person,
                name=str(person),
                at=timezone.now(),
            )
        )


def care_of(change: Recorder, document: Document) -> Care:
    """Within a change: the document's, made where there is none."""
    found = Care.objects.filter(pk=document.pk).first()
    return found or change.insert(Care(document=document, handbook_id=document.handbook_id))


def checked_tags(tags: Sequence[str]) -> dict[str, str]:
    """Slug -> name, in the order given; no name has a comma, by which people part them. The same words count
    once, in small letters or big ones. Raises RefusedError, also for names that differ by signs alone, which
    would be one tag."""
    found: dict[str, str] = {}
    for tag in tags:
        name = " ".join(tag.replace("\0", "").replace(",", " ").split())
        slug = slugify(name)[:TAG_SLUG_MAX]
        if not name:
            continue
        if len(name) > TAG_MAX or not slug:
            text = _("“%(value)s” is no tag: at most %(max)d characters, a letter or digit among them.")
            raise RefusedError(text % {"value": name, "max": TAG_MAX}, "tags")
        same = found.setdefault(slug, name)
        if same.casefold() != name.casefold():
            text = _(
                "“%(one)s” and “%(other)s” would be one tag, as signs do not count. Spell one of them out."
            )
            raise RefusedError(text % {"one": same, "other": name}, "tags")
    if len(found) > TAGS_MAX:
        text = _("A page has at most %(max)d tags; these are %(length)d.")
        raise RefusedError(text % {"max": TAGS_MAX, "length": len(found)}, "tags")
    return found


def _label(change: Recorder, document: Document, labels: dict[str, str]) -> None:
    rows = {row.slug: row for row in Label.objects.filter(document=document)}
    change.delete(*(row for slug, row in rows.items() if slug not in labels))
    change.update_many((rows[slug], {"name": name}) for slug, name in labels.items() if slug in rows)
    values: dict[str, Any] = {"document": document, "handbook_id": document.handbook_id}
    change.insert_many(
        [Label(slug=slug, name=name, **values) for slug, name in labels.items() if slug not in rows]
    )


def _is_editor(document: Document, person_id: UUID) -> bool:
    rows = Membership.objects.filter(handbook_id=document.handbook_id, person_id=person_id)
    return rows.exclude(role=Role.READER).exists()


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
