"""Checklists that somebody is asked to see to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.events.models import Event
from apps.notifications.models import Notification
from apps.notifications.source import Kind, Notice, Told

from ..models import Run, RunAssignee
from .topics import Seen, Topic

ASSIGNED = "run_assigned"


def _of_assigning(event: Event) -> Iterable[Notice]:
    """Whoever was asked by this event; nobody who asked themselves."""
    for touch in event.touched():
        person = touch.keys.get("person_id", (None, None))[1] if touch.entity == RunAssignee.entity else None
        if touch.op == "+" and person and event.about_id and UUID(person) != event.actor_id:
            yield Notice(UUID(person), ASSIGNED, event.stream_id, event.about_id, event.actor_id)


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
    done={"run_finished": ASSIGNED},
)
