"""Importing from beginning to end: prepare, write, and once more if somebody wrote between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.db import connection

from apps.accounts.people import Actor
from apps.events.ids import new_id
from apps.events.streams import handbook_stream
from apps.events.unit import unit
from apps.tenants.models import Handbook

from ..actions.handbooks import open_handbook
from ..actions.imports import ImportOutdatedError, ImportResult, import_pages
from ..importing.dialects import DialectName
from ..importing.plan import ImportPlan
from ..importing.planning import plan_import
from ..importing.source import Source
from .fingerprint import operation_of, was_last_import
from .preparing import Progress, prepare

ATTEMPTS = 3
SQLITE_KB: Final = 32_000  # of its own cache; what outgrows it spills to disk before the commit


def bring_in(
    actor: Actor,
    slug: str,
    source: Source,
    dialect: DialectName | None,
    run: Any,
    progress: Progress,
    **new_handbook: Any,
) -> ImportResult | None:
    """Import files into the handbook `slug`, which is made with the values `new_handbook` where there
    is none, in the same unit of work. None: these very files were imported last, nothing is to do.
    Raises ImportRefusedError, RefusedError, ImportOutdatedError; then nothing was written."""
    found = Handbook.objects.filter(slug=slug).first()
    id = found.pk if found else new_id()
    operation_id = operation_of(id, source, dialect)
    if was_last_import(id, operation_id):
        return None
    plan = plan_import(source, dialect, run)
    return bring_plan_in(actor, slug, plan, run, progress, operation_id, handbook_id=id, **new_handbook)


def bring_plan_in(
    actor: Actor,
    slug: str,
    plan: ImportPlan,
    run: Any,
    progress: Progress,
    operation_id: UUID | None = None,
    *,
    handbook_id: UUID | None = None,
    written: Callable[[ImportResult], object] = lambda result: None,
    **new_handbook: Any,
) -> ImportResult:
    """bring_in() of what was planned already; `handbook_id` is that of a handbook still to be made.
    `written` is called in the unit of work, at its end."""
    for attempt in range(1, ATTEMPTS + 1):
        found = Handbook.objects.filter(slug=slug).first()
        id = found.pk if found else handbook_id or new_id()
        prepared = prepare(id, plan, run, progress)
        progress("write", 0, 1)
        _make_room()
        try:
            with unit(handbook_stream(id)):
                if found is None:
                    open_handbook(actor, handbook_id=id, slug=slug, **new_handbook)
                result = import_pages(actor, id, prepared, operation_id=operation_id)
                written(result)
        except ImportOutdatedError:
            if attempt == ATTEMPTS:
                raise
        else:
            progress("write", 1, 1)
            return result
    raise AssertionError("unreachable")


def _make_room() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size=-{SQLITE_KB}")
