"""The work of an import, in two steps: foresee what it would do and ask, then write it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, astuple
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.accounts.people import Actor
from apps.tenants.models import Handbook
from apps.tenants.permissions import Right, require

from ..actions.imports import ImportResult
from ..importing.limits import Limits
from ..importing.plan import ImportPlan, Notice
from ..importing.planning import plan_import
from ..importing.reading import read_source
from ..importing.source import Source
from ..imports.bringing import bring_plan_in
from ..imports.fingerprint import operation_of, was_last_import
from ..imports.preparing import Progress, all_cores, foreseen
from ..imports.telling import told
from ..models import Job
from ..models.job import State
from .folders import clear, sent_folder
from .rows import end

NOTICES_MAX: Final = 200
PAGES_SHOWN: Final = 100


def foresee(actor: Actor, job: Job, progress: Progress) -> None:
    """What would be new, changed and left alone. Nothing is written but the question."""
    require(actor, job.handbook_id, Right.EDIT)
    with _source(job) as source, all_cores(len(source)) as run:
        if _was_last(job, source):
            _end_without(job)
            return
        plan = _plan(job, source, run, progress)
        sight = foreseen(job.handbook_id, plan)
    said = _notices((*plan.notices, *sight.notices))
    if not (sight.new or sight.changed or sight.files):
        _end_without(job, said)
        return
    result = {
        "dialect": plan.dialect,
        "created": len(sight.new),
        "updated": len(sight.changed),
        "unchanged": len(plan.pages) - len(sight.new) - len(sight.changed),
        "files": sight.files,
        "new": [astuple(place) for place in sight.new[:PAGES_SHOWN]],
        "changed": [astuple(place) for place in sight.changed[:PAGES_SHOWN]],
    }
    end(job.pk, State.ASKING, result=result | said)


def _end_without(job: Job, said: dict[str, Any] | None = None) -> None:
    """All of it is here already."""
    clear(job.pk)
    end(job.pk, State.DONE, result={"nothing": True, **(said or {})})


def write(actor: Actor, job: Job, progress: Progress) -> None:
    """All of it in one unit of work, and that it is done in the same one."""

    def written(result: ImportResult) -> None:
        counts = {key: value for key, value in asdict(result).items() if key != "notices"}
        end(job.pk, State.DONE, result=counts | _notices(result.notices))

    require(actor, job.handbook_id, Right.EDIT)
    slug = Handbook.objects.values_list("slug", flat=True).get(pk=job.handbook_id)
    with _source(job) as source, all_cores(len(source)) as run:
        plan = _plan(job, source, run, progress)
        operation_id = operation_of(job.handbook_id, source, job.options["dialect"] or None)
        bring_plan_in(actor, slug, plan, run, progress, operation_id, written=written)
    clear(job.pk)


def _source(job: Job) -> Source:
    """A zip, or files beside each other."""
    folder = sent_folder(job.pk)
    files = list(folder.iterdir())
    alone = len(files) == 1 and files[0].suffix.lower() == ".zip"
    return read_source(files[0] if alone else folder, Limits())


def _was_last(job: Job, source: Source) -> bool:
    operation_id = operation_of(job.handbook_id, source, job.options["dialect"] or None)
    return was_last_import(job.handbook_id, operation_id)


def _plan(job: Job, source: Source, run: Any, progress: Progress) -> ImportPlan:
    progress("read", 0, len(source))
    return plan_import(source, job.options["dialect"] or None, _counted(run, progress))


def _counted(run: Any, progress: Progress) -> Callable[..., Iterator[Any]]:
    def counted(function: Callable[[Any], Any], jobs: Iterable[Any]) -> Iterator[Any]:
        jobs = list(jobs)
        for done, result in enumerate(run(function, jobs), start=1):
            progress("read", done, len(jobs))
            yield result

    return counted


def _notices(notices: tuple[Notice, ...]) -> dict[str, Any]:
    lines = told(notices, more=_("... and %d more like this"))
    return {"notices": list(islice(lines, NOTICES_MAX)), "noticed": len(notices)}
