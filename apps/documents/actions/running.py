"""The beginning of everything that is done in a run: its stream locked, the right asked for, the row read,
what was done before not done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.events.actions import RefusedError
from apps.events.streams import handbook_stream
from apps.events.unit import Recorder, record
from apps.tenants.permissions import NotFoundError, Right, require

from ..models import Media, Run, RunEntry
from ..models.run import Kind, is_run_seen

ENTRIES_MAX: Final = 10_000


@dataclass(frozen=True)
class Running:
    """One thing that somebody does in a run, within its unit of work."""

    change: Recorder
    run: Run
    actor: Actor
    name: str
    operation_id: UUID
    at: datetime

    def enter(
        self, kind: Kind, item_id: str = "", text: str = "", photo: Media | None = None, *, ends: bool = False
    ) -> None:
        """The line in the record, by which this operation is known from then on. RefusedError where the
        record is full: then it takes what `ends` the run, or an open item of it, alone."""
        if not ends and self.run.entries.count() >= ENTRIES_MAX:
            said = _(
                "The record of this checklist has %(max)d lines, as many as one may have. "
                "What is open can still be settled; for the rest, begin another."
            )
            raise RefusedError(said % {"max": ENTRIES_MAX})
        self.change.insert(
            RunEntry(
                handbook_id=self.run.handbook_id,
                run=self.run,
                operation_id=self.operation_id,
                kind=kind,
                item_id=item_id,
                person_id=self.actor.id,
                name=self.name,
                at=self.at,
                text=text,
                photo=photo,
            )
        )

    def require_item(self, item_id: str) -> None:
        """Raises RefusedError for what the run's text does not have."""
        if item_id not in self.run.item_ids:
            raise RefusedError(_("The text of this checklist has no such item, or none any more."))


def on_run(
    type: str,
    actor: Actor,
    run_id: UUID,
    operation_id: UUID | None,
    write: Callable[[Running], None],
    *,
    finished_too: bool = False,
) -> Run:
    """Do one thing in a run, once: an operation that its record knows changes nothing any more.

    Raises NotFoundError, ForbiddenError, and RefusedError where the run is finished (unless `finished_too`)
    or its page is in the bin.
    """
    handbook_id = handbook_of_run(run_id)
    operation_id = operation_id or uuid4()
    with record(
        type, handbook_stream(handbook_id), actor_id=actor.id, operation_id=operation_id, about_id=run_id
    ) as change:
        right = require(actor, handbook_id, Right.TAKE_PART)
        run = Run.objects.select_related("document").defer("items").get(pk=run_id)
        _require_seen(run, right)
        if RunEntry.objects.filter(run=run, operation_id=operation_id).exists():
            return run
        if run.document.binned_at:
            raise RefusedError(_("The page of this checklist is in the bin. Put it back first."))
        if run.finished_at and not finished_too:
            raise RefusedError(_("This checklist is finished, so nothing was changed. Reopen it first."))
        write(Running(change, run, actor, name_of(actor), operation_id, timezone.now()))
        return run


def handbook_of_run(run_id: UUID) -> UUID:
    """It never changes, so it may be read before the lock."""
    found = Run.objects.filter(pk=run_id).values_list("handbook_id", flat=True).first()
    if found is None:
        raise NotFoundError
    return found


def seen_run(actor: Actor, run_id: UUID) -> Run:
    """A run as it is before any lock, for those who may see it. Raises NotFoundError, ForbiddenError."""
    right = require(actor, handbook_of_run(run_id), Right.TAKE_PART)
    run = Run.objects.select_related("document").get(pk=run_id)
    _require_seen(run, right)
    return run


def _require_seen(run: Run, right: Right) -> None:
    if not is_run_seen(right, page_is_shown=run.document.is_visible()):
        raise NotFoundError


def name_of(actor: Actor) -> str:
    """As the record will tell it, whatever the person is called later. Addresses are nobody's business."""
    if actor.id is None:
        return _("Cairn")
    return User.objects.filter(pk=actor.id).values_list("name", flat=True).first() or _("A member")


def checked_text(text: str, most: int, field: str) -> str:
    """What somebody wrote: not nothing and not too much. Raises RefusedError."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not 0 < len(text) <= most:
        said = _("Write 1 to %(max)d characters here; these are %(length)d.")
        raise RefusedError(said % {"max": most, "length": len(text)}, field)
    return text
