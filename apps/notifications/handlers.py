"""What notifications do after a commit, and from time to time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import batched, islice

from django.utils import timezone

from apps.accounts.people import SYSTEM
from apps.events.models import Event
from apps.events.touches import ROLL_UP_ABOVE

from .actions import by_person, forget_read, mark_read, notification_id, tell
from .conf import conf
from .models import Notification, Wishes
from .source import Done, Due, source

PEOPLE_AT_ONCE = 200
TOLD_AT_ONCE = 200
ROWS_AT_ONCE = 500


def notify(event: Event) -> None:
    """Tell everybody whom the event concerns, and take what it deals with for read; run by the relay, at
    least once (settings.EVENT_HANDLERS)."""
    for done in source().done_by(event):
        mark_done(done)
    told = by_person(source().of_event(event))
    place = f"{event.stream_id}@{_beginning(event)}" if told else ""
    for person_id, notices in told.items():
        tell(person_id, notices, source=place)


def _beginning(event: Event) -> int:
    """Where in its stream its operation began, so that this is told once: a change too large for one event
    has several in a row, and a page is saved and published in one go. A form that was sent twice did the
    same thing at two times: that is two operations."""
    before = Event.objects.filter(
        stream_id=event.stream_id, about_id=event.about_id, position__lt=event.position
    )
    position = event.position
    for each in before.order_by("-position").defer("touches")[:ROLL_UP_ABOVE]:
        is_again = each.type == event.type and each.at != event.at
        if each.operation_id != event.operation_id or is_again:
            break
        position = each.position
    return position


def mark_done(done: Done) -> None:
    rows = Notification.objects.filter(kind=done.kind, subject_id=done.subject_id, read_at=None)
    if done.person_id is not None:
        rows = rows.filter(person_id=done.person_id)
    for person_id, id in rows.order_by("person_id").values_list("person_id", "pk"):
        mark_read(SYSTEM, person_id, [id])


def remind() -> None:
    """Tell what time has brought (settings.EVENT_CHORES), a part of it where it is much. What was told before
    costs a look, no unit of work."""
    for due in islice(_untold(source().due(timezone.now())), TOLD_AT_ONCE):
        tell(due.person_id, [due], source=due.source)


def _untold(due: Iterable[Due]) -> Iterator[Due]:
    """Without what nobody wants to be told: it would be untold for ever."""
    for some in batched(due, ROWS_AT_ONCE):
        by_id = {notification_id(each.source, each): each for each in some}
        told = set(Notification.objects.filter(pk__in=by_id).values_list("pk", flat=True))
        people = {each.person_id for each in some}
        unwanted = dict(Wishes.objects.filter(pk__in=people).values_list("pk", "unwanted"))
        for id, each in by_id.items():
            if id not in told and each.kind not in unwanted.get(each.person_id, ()):
                yield each


def tidy() -> None:
    """Read notifications are not kept for ever (settings.EVENT_CHORES)."""
    before = timezone.now() - timedelta(days=conf.kept_days)
    old = Notification.objects.filter(read_at__lt=before).order_by("person_id")
    for person_id in old.values_list("person_id", flat=True).distinct()[:PEOPLE_AT_ONCE]:
        forget_read(person_id, kept_days=conf.kept_days)
