"""What notifications do after a commit, and from time to time."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from django.utils import timezone

from apps.accounts.people import SYSTEM
from apps.events.models import Event

from .actions import by_person, forget_read, mark_read, tell
from .conf import conf
from .models import Notification
from .source import Done, source

PEOPLE_AT_ONCE = 200


def notify(event: Event) -> None:
    """Tell everybody whom the event concerns, and take what it deals with for read; run by the relay, at
    least once (settings.EVENT_HANDLERS)."""
    for done in source().done_by(event):
        mark_done(done)
    place = f"{event.stream_id}@{event.position}"
    for person_id, notices in by_person(source().of_event(event)).items():
        tell(person_id, notices, source=place)


def mark_done(done: Done) -> None:
    rows = Notification.objects.filter(kind=done.kind, subject_id=done.subject_id, read_at=None)
    if done.person_id is not None:
        rows = rows.filter(person_id=done.person_id)
    for person_id, id in rows.order_by("person_id").values_list("person_id", "pk"):
        mark_read(SYSTEM, person_id, [id])


def remind() -> None:
    """Tell what time has brought (settings.EVENT_CHORES)."""
    due = sorted(source().due(timezone.now()), key=lambda each: (each.source, each.person_id))
    for occasion, notices in groupby(due, key=lambda each: each.source):
        for person_id, own in by_person(notices).items():
            tell(person_id, own, source=occasion)


def tidy() -> None:
    """Read notifications are not kept for ever (settings.EVENT_CHORES)."""
    before = timezone.now() - timedelta(days=conf.kept_days)
    old = Notification.objects.filter(read_at__lt=before).order_by("person_id")
    for person_id in old.values_list("person_id", flat=True).distinct()[:PEOPLE_AT_ONCE]:
        forget_read(person_id, kept_days=conf.kept_days)
