"""Importing from beginning to end: prepare, write, and once more if somebody wrote between."""

from __future__ import annotations

from typing import Any

from apps.accounts.people import Actor
from apps.events.ids import new_id
from apps.events.streams import handbook_stream
from apps.events.unit import unit
from apps.tenants.models import Handbook

from ..actions.handbooks import open_handbook
from ..actions.imports import ImportOutdatedError, ImportResult, import_pages
from ..importing.plan import ImportPlan
from .preparing import Progress, prepare

ATTEMPTS = 3


def bring_in(
    actor: Actor, slug: str, plan: ImportPlan, run: Any, progress: Progress, **new_handbook: Any
) -> ImportResult:
    """Import a plan into the handbook `slug`, which is made with the values `new_handbook` where there
    is none, in the same unit of work. Raises ImportRefusedError, RefusedError, ImportOutdatedError;
    then nothing was written."""
    for attempt in range(1, ATTEMPTS + 1):
        found = Handbook.objects.filter(slug=slug).first()
        id = found.pk if found else new_id()
        prepared = prepare(id, plan, run, progress)
        progress("write", 0, 1)
        try:
            with unit(handbook_stream(id)):
                if found is None:
                    open_handbook(actor, handbook_id=id, slug=slug, **new_handbook)
                result = import_pages(actor, id, prepared)
        except ImportOutdatedError:
            if attempt == ATTEMPTS:
                raise
        else:
            progress("write", 1, 1)
            return result
    raise AssertionError("unreachable")
