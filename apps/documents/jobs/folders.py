"""The files of jobs: what was sent for an import, and the zip of an export. JOBS_ROOT / job."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.events.ids import new_id

from ..models import Job
from ..models.job import AT_WORK
from .rows import KEPT, bury, forget

JOBS_AT_ONCE = 100


def sent_folder(job_id: UUID) -> Path:
    return folder_of(job_id) / "files"


def export_path(job_id: UUID) -> Path:
    return folder_of(job_id) / "export.zip"


def folder_of(job_id: UUID) -> Path:
    return Path(settings.JOBS_ROOT) / str(job_id)


@contextmanager
def receiving() -> Iterator[UUID]:
    """The id of a job to be, with a folder for what is sent; it goes when the block fails."""
    job_id = new_id()
    sent_folder(job_id).mkdir(parents=True)
    try:
        yield job_id
    except BaseException:
        clear(job_id)
        raise


def supersede(job: Job) -> None:
    """Who begins another does not want what they began before: questions and files of this person's earlier
    jobs of the same kind in the handbook go."""
    same = Job.objects.filter(handbook_id=job.handbook_id, person_id=job.person_id, kind=job.kind)
    drop(same.exclude(pk=job.pk).values_list("pk", flat=True))


def drop(job_ids: Iterable[UUID]) -> None:
    """Those that are not at work. The row goes first: a question confirmed meanwhile keeps its files."""
    for job_id in list(job_ids):
        if forget(job_id):
            transaction.on_commit(partial(clear, job_id))


def clear(job_id: UUID) -> None:
    shutil.rmtree(folder_of(job_id), ignore_errors=True)


def tidy() -> None:
    """Jobs of yesterday and their files go (settings.EVENT_CHORES), and what an upload left that was broken
    off."""
    bury()
    ended = Job.objects.exclude(state__in=AT_WORK).filter(created_at__lt=timezone.now() - KEPT)
    drop(ended.order_by("created_at").values_list("pk", flat=True)[:JOBS_AT_ONCE])
    known = {str(pk) for pk in Job.objects.values_list("pk", flat=True)}
    root, before = Path(settings.JOBS_ROOT), time.time() - KEPT.total_seconds()
    for folder in root.iterdir() if root.is_dir() else ():
        if folder.name not in known and folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)
