"""The rows of jobs; nothing else writes them. A job moves from state to state by conditional updates, so it
ends once: it cannot be called interrupted and be written as well. The database's clock tells who lives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.events.actions import RefusedError

from ..models import Job
from ..models.job import AT_WORK, Kind, State

KEPT: Final = timedelta(hours=24)
DEAD_AFTER: Final = timedelta(seconds=15)  # without a sign of life; one is given every few seconds
NEVER_BEGUN_AFTER: Final = timedelta(seconds=60)
BUSY: Final = "jobs"  # what a refusal is about
JOBS_A_PERSON: Final = 3  # at work or asking at once, over all handbooks


class JobEndedError(Exception):
    """The job was called interrupted meanwhile: what it did must not be written."""


def add_job(job_id: UUID, handbook_id: UUID, person_id: UUID, kind: Kind, options: dict[str, Any]) -> Job:
    """Raises RefusedError where this handbook, or the person, has as many as may be."""
    bury()
    held = Job.objects.filter(person_id=person_id, state__in=(*AT_WORK, State.ASKING))
    replaced = Q(handbook_id=handbook_id, kind=kind, state=State.ASKING)
    if held.exclude(replaced).count() >= JOBS_A_PERSON:
        text = _(
            "%(max)d imports and exports of yours are running or ask whether to go on. "
            "Please wait until one has ended, or answer."
        )
        raise RefusedError(text % {"max": JOBS_A_PERSON}, BUSY)
    now = timezone.now()
    job = Job(pk=job_id, handbook_id=handbook_id, person_id=person_id, kind=kind, options=options)
    job.created_at = job.seen_at = now
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError as error:
        raise RefusedError(_busy(kind), BUSY) from error
    return job


def confirm(job_id: UUID) -> bool:
    """The import that asks is to be written: it waits for a process again. False where it does not ask."""
    bury()
    asking = Job.objects.filter(pk=job_id, state=State.ASKING)
    values = {"is_confirmed": True, "seen_at": Now(), "stage": "", "done": 0, "total": 0}
    try:
        with transaction.atomic():
            return asking.update(state=State.WAITING, **values) == 1
    except IntegrityError as error:
        raise RefusedError(_busy(Kind.IMPORT), BUSY) from error


def _busy(kind: Kind) -> str:
    if kind == Kind.IMPORT:
        return _("An import into this handbook is running already. Please wait until it has ended.")
    return _("An export of this handbook is running already. Please wait until it has ended.")


def claim(job_id: UUID) -> Job | None:
    """The job, running from now on; None where it does not wait (any more)."""
    waiting = Job.objects.filter(pk=job_id, state=State.WAITING)
    if not waiting.update(state=State.RUNNING, seen_at=Now()):
        return None
    return Job.objects.get(pk=job_id)


def note(job_id: UUID, stage: str, done: int, total: int) -> None:
    """How far it is; a sign of life."""
    running = Job.objects.filter(pk=job_id, state=State.RUNNING)
    running.update(stage=stage, done=done, total=total, seen_at=Now())


def end(job_id: UUID, state: State, *, message: str = "", result: dict[str, Any] | None = None) -> None:
    """Raises JobEndedError where it does not run any more: the caller's transaction must not commit."""
    running = Job.objects.filter(pk=job_id, state=State.RUNNING)
    if not running.update(state=state, message=message, result=result or {}, seen_at=Now()):
        raise JobEndedError


def bury() -> None:
    """Jobs whose process died are interrupted."""
    dead = Q(state=State.RUNNING, seen_at__lt=Now() - DEAD_AFTER)
    dead |= Q(state=State.WAITING, seen_at__lt=Now() - NEVER_BEGUN_AFTER)
    if Job.objects.filter(dead).exists():
        Job.objects.filter(dead).update(state=State.INTERRUPTED)


def forget(job_id: UUID) -> bool:
    """False where it is at work, or gone already."""
    return Job.objects.filter(pk=job_id).exclude(state__in=AT_WORK).delete()[0] == 1
