"""Checklists that somebody is asked to see to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.events.models import Event
from apps.notifications.models import Notification
from apps.notifications.source import Done, Kind, Notice, Told

from ..models import Run, RunAssignee
from .topics import Seen, Topic

ASSIGNED = "run_assigned"


def _of_assigning(event: Event) -> Iterable[Notice]:
    """Whoever was asked by this event; nobody who asked themselves."""
    for person_id in _assignees(event, "+"):
        if event.about_id and person_id != event.actor_id:
            yield Notice(person_id, ASSIGNED, event.stream_id, event.about_id, event.actor_id)


def _done(event: Event) -> Iterable[Done]:
    """Nobody is asked any more once it is finished; somebody who is released need not see to it."""
    if event.type == "run_finished" and event.about_id:
        yield Done(ASSIGNED, event.about_id)
    if event.type == "run_unassigned" and event.about_id:
        for person_id in _assignees(event, "-"):
            yield Done(ASSIGNED, event.about_id, person_id)


def _assignees(event: Event, op: Literal["+", "-"]) -> Iterable[UUID]:
    """Those who came (+) or went (-) with the event."""
    for touch in event.touched():
        if touch.entity == RunAssignee.entity and touch.op == op:
            before, after = touch.keys.get("person_id", (None, None))
            if person := after or before:
                yield UUID(person)


def _told(seen: Seen, rows: Sequence[Notification]) -> Mapping[UUID, Told]:
    runs = Run.objects.select_related("document").defer("items").in_bulk({row.subject_id for row in rows})
    found = {}
    for row in rows:
        run = runs.get(row.subject_id)
        if run is None or run.handbook_id != row.handbook_id or not seen.sees(run.document):
            continue
        at = {"handbook": seen.books[row.handbook_id].slug, "run_id": run.pk}
        text = _("%(who)s asks you to see to “%(run)s”")
        values = {"who": seen.who(row) or _("Cairn"), "run": run.title}
        found[row.pk] = seen.told(row, text % values, reverse("documents:run_work", kwargs=at))
    return found


RUNS = Topic(
    kinds=(Kind(ASSIGNED, gettext_lazy("You are asked to see to a checklist"), "tasks"),),
    events={"run_assigned": _of_assigning, "run_started": _of_assigning},
    told=_told,
    done=_done,
)
