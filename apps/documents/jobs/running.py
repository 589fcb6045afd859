"""A job from its claim to its end, in the process that was started for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.people import Actor, actor_of
from apps.events.actions import RefusedError

from ..actions.imports import ImportOutdatedError
from ..importing.refusal import ImportRefusedError
from ..imports.preparing import Progress
from ..imports.telling import said
from ..models import Job
from ..models.job import Kind, State
from . import exporting, importing
from .folders import clear
from .heart import Heart
from .rows import JobEndedError, claim, end

logger = logging.getLogger(__name__)

type Work = Callable[[Actor, Job, Progress], None]  # it ends the job, or raises


def run_job(job_id: UUID) -> None:
    """Do what the job asks for, as the person who asked: all or nothing. The job tells what came of it."""
    job = claim(job_id)
    if job is None:
        return
    with Heart(job.pk) as heart, translation.override(job.options.get("language", "en")):
        try:
            _work_of(job)(_person(job), job, heart.step)
        except JobEndedError:
            logger.warning("job %s was called interrupted meanwhile; nothing was written", job.pk)
            clear(job.pk)
        except Exception as error:
            _give_up(job, error)


def _work_of(job: Job) -> Work:
    if job.kind == Kind.EXPORT:
        return exporting.export
    return importing.write if job.is_confirmed else importing.foresee


def _person(job: Job) -> Actor:
    person = User.objects.filter(pk=job.person_id, is_active=True).first()
    if person is None:
        raise PermissionDenied
    return actor_of(person)


def _give_up(job: Job, error: Exception) -> None:
    message = _said(error)
    if not message:
        logger.error("job %s failed", job.pk, exc_info=error)
    clear(job.pk)
    with suppress(JobEndedError):
        end(job.pk, State.REFUSED if message else State.FAILED, message=message)


def _said(error: Exception) -> str:
    """Why it was refused, for people; empty where nobody foresaw it."""
    match error:
        case ImportRefusedError():
            return f"{error.origin}: {said(error.message)}"
        case RefusedError():
            return error.message
        case PermissionDenied() | Http404():
            return _("You may no longer do this here: somebody has changed your role.")
        case ImportOutdatedError():
            return _("Others wrote to the handbook each time. Please try again.")
    return ""
