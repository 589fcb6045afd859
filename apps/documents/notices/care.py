"""Care of pages: being named their owner, their review, being asked to confirm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.events.models import Event
from apps.notifications.models import Notification
from apps.notifications.source import Done, Due, Kind, Notice, Told
from apps.tenants.models import Membership, Role
from apps.tenants.permissions import Right

from ..models import Care, Document
from ..models.document import is_seen
from ..selectors.links import readable
from .topics import Seen, Topic, members

OWNS, REVIEW, CONFIRM = "page_owned", "review_due", "confirmation_asked"
ROUTES = {OWNS: "care", REVIEW: "care", CONFIRM: "confirm"}


def _of_owner(event: Event) -> Iterable[Notice]:
    """Whoever looks after the page now, if that is what changed."""
    named = any(
        touch.entity == Care.entity and (touch.op == "+" or "owner_id" in touch.fields)
        for touch in event.touched()
    )
    care = Care.objects.filter(pk__in=[event.about_id]).first() if named else None
    if care is not None and care.owner_id is not None:
        yield Notice(care.owner_id, OWNS, care.handbook_id, care.pk, event.actor_id)


def _of_asking(event: Event) -> Iterable[Notice]:
    """Every member who sees the page."""
    document = Document.objects.filter(pk__in=[event.about_id]).first()
    if document is None:
        return
    for person_id, right in members(document.handbook_id).items():
        if is_seen(document, right):
            yield Notice(person_id, CONFIRM, document.handbook_id, document.pk, event.actor_id)


def _done(event: Event) -> Iterable[Done]:
    """One review is enough, to confirm is everybody's own, and a page has one owner."""
    if event.about_id is None:
        return
    match event.type:
        case "page_reviewed":
            yield Done(REVIEW, event.about_id)
        case "confirmation_ended":
            yield Done(CONFIRM, event.about_id)
        case "page_confirmed":
            yield Done(CONFIRM, event.about_id, event.actor_id)
        case "care_changed":
            yield from _done_by_change(event.about_id)
        case "role_changed" | "member_added" | "member_removed" | "ownership_transferred":
            yield from _done_by_role(event.stream_id)


def _done_by_change(document_id: UUID) -> Iterable[Done]:
    """Who looks after it no more is asked for nothing; nobody is before its day."""
    care = Care.objects.filter(pk=document_id).first()
    if care is None or care.review_on is None or care.review_on > timezone.localdate():
        yield Done(REVIEW, document_id)
    told = Notification.objects.filter(kind__in=(OWNS, REVIEW), subject_id=document_id, read_at=None)
    for kind, person_id in told.values_list("kind", "person_id"):
        if care is None or person_id != care.owner_id:
            yield Done(kind, document_id, person_id)


def _done_by_role(handbook_id: UUID) -> Iterable[Done]:
    """Who writes no more can look after nothing."""
    rights = members(handbook_id)
    told = Notification.objects.filter(kind__in=(OWNS, REVIEW), handbook_id=handbook_id, read_at=None)
    for kind, document_id, person_id in told.values_list("kind", "subject_id", "person_id"):
        if rights.get(person_id, Right.READ) < Right.EDIT:
            yield Done(kind, document_id, person_id)


def _due(now: datetime) -> Iterable[Due]:
    """To those who look after readable pages whose day has come, and may still write."""
    belongs = Membership.objects.filter(
        handbook_id=OuterRef("handbook_id"), person_id=OuterRef("owner_id"), person__is_active=True
    )
    rows = Care.objects.filter(
        Exists(belongs.exclude(role=Role.READER)),
        readable("document__"),
        review_on__lte=timezone.localdate(now),
    )
    for row in rows.order_by("review_on", "pk"):
        if row.owner_id is not None:
            source = f"review {row.pk} {row.review_on}"
            yield Due(row.owner_id, REVIEW, row.handbook_id, row.pk, source=source)


def _told(seen: Seen, rows: Sequence[Notification]) -> Mapping[UUID, Told]:
    documents = Document.objects.in_bulk({row.subject_id for row in rows})
    found = {}
    for row in rows:
        document = documents.get(row.subject_id)
        if document is None or not seen.sees(document):
            continue
        if row.kind != CONFIRM and seen.rights[row.handbook_id] < Right.EDIT:
            continue
        slug = seen.books[row.handbook_id].slug
        at = {"handbook": slug, "document_id": document.pk}
        url = reverse(f"documents:{ROUTES[row.kind]}", kwargs=at)
        found[row.pk] = seen.told(row, _words(row.kind, seen.who(row), document.title), url)
    return found


def _words(kind: str, who: str, title: str) -> str:
    values = {"who": who or _("Cairn"), "page": title}
    if kind == REVIEW:
        return _("“%(page)s” is due for review") % values
    if kind == OWNS:
        return _("%(who)s made you the one who looks after “%(page)s”") % values
    return _("%(who)s asks you to confirm that you have read “%(page)s”") % values


CARE = Topic(
    kinds=(
        Kind(CONFIRM, gettext_lazy("You are asked to confirm that you have read a page"), "check"),
        Kind(REVIEW, gettext_lazy("A page that you look after is due for review"), "clock"),
        Kind(OWNS, gettext_lazy("A page was given into your care"), "heart"),
    ),
    events={"care_changed": _of_owner, "confirmation_asked": _of_asking},
    told=_told,
    due=_due,
    done=_done,
)
