"""Working through a run: each item is ticked, unticked, passed over, told about, shown."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.events.actions import RefusedError, action

from ..media import Upload, store_file
from ..models import Run, RunItem
from ..models.run import Kind, State
from ..sniffing import RASTER
from .media import kept_media
from .running import Running, checked_text, on_run, seen_run

NOTE_MAX: Final = 2000
KIND_OF: Final = {State.DONE: Kind.TICKED, State.SKIPPED: Kind.SKIPPED, State.OPEN: Kind.UNTICKED}


@action
def tick_run_item(actor: Actor, run_id: UUID, item_id: str, *, operation_id: UUID | None = None) -> Run:
    """Done. Who ticked first stands at the item; the record keeps that others did as well, each once."""
    return on_run("run_item_ticked", actor, run_id, operation_id, partial(_settle, item_id, State.DONE))


@action
def untick_run_item(actor: Actor, run_id: UUID, item_id: str, *, operation_id: UUID | None = None) -> Run:
    """Open again, whether it was done or did not apply."""
    return on_run("run_item_unticked", actor, run_id, operation_id, partial(_settle, item_id, State.OPEN))


@action
def skip_run_item(actor: Actor, run_id: UUID, item_id: str, *, operation_id: UUID | None = None) -> Run:
    """Not applicable this time."""
    return on_run("run_item_skipped", actor, run_id, operation_id, partial(_settle, item_id, State.SKIPPED))


def _settle(item_id: str, state: State, act: Running) -> None:
    act.require_item(item_id)
    row = RunItem.objects.filter(run=act.run, item_id=item_id).first()
    before = State(row.state) if row else State.OPEN
    if before is state:
        if row is not None and state is not State.OPEN and not _has_said(row, act):
            act.enter(KIND_OF[state], item_id)
        return
    values: dict[str, Any] = {"state": state.value, "by_id": act.actor.id, "by_name": act.name, "at": act.at}
    if row is None:
        act.change.insert(RunItem(handbook_id=act.run.handbook_id, run=act.run, item_id=item_id, **values))
    else:
        act.change.update(row, **values)
    step = (state is not State.OPEN) - (before is not State.OPEN)
    act.change.update(act.run, settled=act.run.settled + step)
    act.enter(KIND_OF[state], item_id, ends=step > 0)


def _has_said(row: RunItem, act: Running) -> bool:
    """Whether this person did the same since the item has stood as it does."""
    own = act.run.entries.filter(item_id=row.item_id, person_id=act.actor.id, kind=KIND_OF[State(row.state)])
    return row.by_id == act.actor.id or own.filter(at__gte=row.at).exists()


@action
def note_run_item(
    actor: Actor, run_id: UUID, item_id: str, *, text: str, operation_id: UUID | None = None
) -> Run:
    """Say something about an item. Notes are added to each other: nobody overwrites anybody."""

    def write(act: Running) -> None:
        act.require_item(item_id)
        act.enter(Kind.NOTED, item_id, checked_text(text, NOTE_MAX, "note"))

    return on_run("run_item_noted", actor, run_id, operation_id, write)


@action
def photograph_run_item(
    actor: Actor, run_id: UUID, item_id: str, upload: Upload, *, operation_id: UUID | None = None
) -> Run:
    """Keep a checked picture with an item. Members alone get it, of a public handbook too."""
    if upload.content_type not in RASTER:
        raise RefusedError(_("“%s” is not a picture that can be shown.") % upload.name, "file")
    handbook_id = seen_run(actor, run_id).handbook_id
    store_file(handbook_id, upload)  # slow, so before the lock; a file that no row names is harmless

    def write(act: Running) -> None:
        act.require_item(item_id)
        store_file(handbook_id, upload)  # equal bytes may have been removed meanwhile
        photo = kept_media(act.change, handbook_id, upload, act.actor.id, for_members=True)
        act.enter(Kind.PHOTOGRAPHED, item_id, photo=photo)

    return on_run("run_item_photographed", actor, run_id, operation_id, write)
