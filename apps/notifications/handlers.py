"""What notifications do after a commit, and from time to time."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from django.utils import timezone

from apps.events.models import Event

from .actions import by_person, forget_read, tell
from .conf import conf
from .models import Notification
from .source import source

PEOPLE_AT_ONCE = 200


def notify(event: Event) -> None:
    """Tell everybody whom the event concerns; run by the relay, at least once (settings.EVENT_HANDLERS)."""
    place = f"{event.stream_id}@{event.position}"
    for person_id, notices in by_person(source().of_event(event)).items():
        tell(person_id, notices, source=place)


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
