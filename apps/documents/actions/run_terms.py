"""What a run is called, who sees to it and until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action, refuse_overtaken
from apps.queries.people import names_of
from apps.tenants.models import Membership

from ..models import Run, RunAssignee
from ..models.run import Kind
from .running import Running, on_run
from .texts import checked_title

ASSIGNEES_MAX: Final = 20


@action
def change_run(
    actor: Actor,
    run_id: UUID,
    *,
    was: Mapping[str, Any] | None = None,
    operation_id: UUID | None = None,
    **values: Any,
) -> Run:
    """Change its title, its due_on or both. RefusedError where one of `was` stands no more."""
    if "title" in values:
        values["title"] = checked_title(values["title"])

    def write(act: Running) -> None:
        refuse_overtaken(act.run, was)
        if act.change.update(act.run, **values):
            act.enter(Kind.CHANGED, text=act.run.title)

    return on_run("run_changed", actor, run_id, operation_id, write)


@action
def assign_run(actor: Actor, run_id: UUID, *, person_id: UUID, operation_id: UUID | None = None) -> Run:
    """Ask a member to see to it, beside those who do already."""

    def write(act: Running) -> None:
        if add_assignee(act, person_id):
            act.enter(Kind.ASSIGNED, text=names_of([person_id]).get(person_id, ""))

    return on_run("run_assigned", actor, run_id, operation_id, write)


def add_assignee(act: Running, person_id: UUID) -> bool:
    """Within a step of a run; whether the person is one since now. Raises RefusedError."""
    run = act.run
    if not Membership.objects.filter(handbook_id=run.handbook_id, person_id=person_id).exists():
        raise RefusedError(_("Only members of this handbook can be asked to see to it."), "assignee")
    there = set(RunAssignee.objects.filter(run=run).values_list("person_id", flat=True))
    if person_id in there:
        return False
    if len(there) >= ASSIGNEES_MAX:
        raise RefusedError(_("At most %d people can see to it.") % ASSIGNEES_MAX, "assignee")
    act.change.insert(RunAssignee(handbook_id=run.handbook_id, run=run, person_id=person_id))
    return True


@action
def unassign_run(actor: Actor, run_id: UUID, *, person_id: UUID, operation_id: UUID | None = None) -> Run:
    """The person need not see to it any more."""

    def write(act: Running) -> None:
        row = RunAssignee.objects.filter(run=act.run, person_id=person_id).first()
        if row is not None:
            act.change.delete(row)
            act.enter(Kind.UNASSIGNED, text=names_of([person_id]).get(person_id, ""))

    return on_run("run_unassigned", actor, run_id, operation_id, write)
