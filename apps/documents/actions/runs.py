"""A run from its start to its end, and which text it follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import NAME_MAX
from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action
from apps.events.ids import new_id
from apps.tenants.permissions import NotFoundError, Right, require

from ..models import Document, Revision, Run, RunItem
from ..models.revision import blocks_of
from ..models.run import Kind, State
from ..text import tasks_of
from .editing import handbook_of, seen, taking_part
from .run_terms import add_assignee
from .running import Running, checked_text, name_of, on_run, seen_run
from .texts import checked_title

REASON_MAX: Final = 500
ITEMS_MAX: Final = 2000


class OpenItemsError(RefusedError):
    """Items that must be done are open. `item_ids` are theirs, in order."""

    def __init__(self, item_ids: Sequence[str]) -> None:
        super().__init__(_("These items must be done before the checklist can be finished."), "finish")
        self.item_ids = tuple(item_ids)


@action
def start_run(
    actor: Actor,
    document_id: UUID,
    *,
    title: str = "",
    due_on: date | None = None,
    assignee_ids: Sequence[UUID] = (),
    revision_id: UUID | None = None,
    run_id: UUID | None = None,
    operation_id: UUID | None = None,
) -> Run:
    """Run a page's task list as it stands in this revision (None: today's), whatever becomes of the page.
    A `run_id` that is there already is returned as it is."""
    handbook_id = handbook_of(document_id)
    document = seen(handbook_id, document_id, require(actor, handbook_id, Right.TAKE_PART))
    revision = _revision(document, revision_id or document.revision_id)
    items = checked_items(revision)  # slow, so before the lock; a revision never changes
    title = checked_title(title or document.title)
    operation_id = operation_id or uuid4()
    with taking_part("run_started", actor, document_id, operation_id) as (change, document):
        id = run_id or new_id()
        earlier = Run.objects.filter(pk=id, handbook_id=handbook_id).first()
        if earlier is not None:
            return earlier  # the same form, sent twice
        run = Run(
            id=id,
            handbook_id=handbook_id,
            document=document,
            revision=revision,
            title=title,
            items=items,
            item_ids=[item["id"] for item in items],
            total=len(items),
            due_on=due_on,
            started_by_id=actor.id,
            started_name=name_of(actor),
            started_at=timezone.now(),
        )
        change.insert(run)
        act = Running(change, run, actor, run.started_name, operation_id, run.started_at)
        act.enter(Kind.STARTED)
        for person_id in dict.fromkeys(assignee_ids):
            add_assignee(act, person_id)
        change.describe(about_id=run.pk, revision_id=revision.pk)
        return run


def _revision(document: Document, revision_id: UUID | None) -> Revision:
    """Raises NotFoundError for a revision of something else."""
    revision = Revision.objects.filter(pk=revision_id, document=document).first() if revision_id else None
    if revision is None:
        raise NotFoundError
    return revision


def checked_items(revision: Revision) -> list[dict[str, Any]]:
    """The tasks of this text, as Run.items keeps them. Raises RefusedError for none, and for too many."""
    tasks = tasks_of(blocks_of(revision))
    if not tasks:
        raise RefusedError(_("“%s” has no task list, so there is nothing to tick.") % revision.title)
    if len(tasks) > ITEMS_MAX:
        text = _("A checklist has at most %(max)d items; this one has %(length)d.")
        raise RefusedError(text % {"max": ITEMS_MAX, "length": len(tasks)})
    return [
        {
            "id": task.id,
            "html": task.html,
            "label": task.label,
            "required": task.is_required,
            "depth": task.depth,
            "headings": [list(heading) for heading in task.headings],
            "gone": False,
        }
        for task in tasks
    ]


@action
def update_run(actor: Actor, run_id: UUID, *, revision_id: UUID, operation_id: UUID | None = None) -> Run:
    """Follow a newer text of the page. What was done stays with its items; items that somebody touched and
    that are gone from the text stay in the record."""
    revision = _revision(seen_run(actor, run_id).document, revision_id)
    items = checked_items(revision)
    return on_run("run_updated", actor, run_id, operation_id, partial(_follow, revision, items))


def _follow(revision: Revision, items: list[dict[str, Any]], act: Running) -> None:
    run = act.run
    if revision.number <= Revision.objects.values_list("number", flat=True).get(pk=run.revision_id):
        return
    settled = dict(RunItem.objects.filter(run=run).values_list("item_id", "state"))
    touched = {*settled, *run.entries.exclude(item_id="").values_list("item_id", flat=True)}
    here = [item["id"] for item in items]
    gone = [
        item | {"headings": [], "gone": True}
        for item in run.items
        if item["id"] in touched and item["id"] not in here
    ]
    act.change.update(
        run,
        revision_id=revision.pk,
        items=[*items, *gone],
        item_ids=here,
        total=len(items),
        settled=sum(settled.get(id, State.OPEN) != State.OPEN for id in here),
    )
    act.change.describe(revision_id=revision.pk)
    act.enter(Kind.UPDATED, text=str(revision.number))


@action
def finish_run(actor: Actor, run_id: UUID, *, name: str = "", operation_id: UUID | None = None) -> Run:
    """Sign that it is done, under this name (none: the person's own). Finishing what is finished changes
    nothing. Raises OpenItemsError."""

    def write(act: Running) -> None:
        if act.run.finished_at:
            return
        signed = checked_text(name.strip() or act.name, NAME_MAX, "name")
        closed = RunItem.objects.filter(run=act.run).exclude(state=State.OPEN)
        done = set(closed.values_list("item_id", flat=True))
        left = [
            item["id"]
            for item in act.run.items
            if item["required"] and not item["gone"] and item["id"] not in done
        ]
        if left:
            raise OpenItemsError(left)
        act.change.update(act.run, finished_at=act.at, finished_name=signed)
        act.enter(Kind.FINISHED, text=signed, ends=True)

    return on_run("run_finished", actor, run_id, operation_id, write, finished_too=True)


@action
def reopen_run(actor: Actor, run_id: UUID, *, reason: str, operation_id: UUID | None = None) -> Run:
    """Open again, saying why; the record keeps that it was finished. Whoever comes second adds a reason;
    a run that never was finished stays as it is."""

    def write(act: Running) -> None:
        said = checked_text(reason, REASON_MAX, "reason")
        if act.run.entries.filter(kind=Kind.FINISHED).exists():
            act.change.update(act.run, finished_at=None, finished_name="")
            act.enter(Kind.REOPENED, text=said)

    return on_run("run_reopened", actor, run_id, operation_id, write, finished_too=True)
