"""Models whose rows the log follows."""

from __future__ import annotations

from collections.abc import Collection
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from django.db import models

# The token of the unit of work that runs now; rows remember under which one they were read.
current_unit: ContextVar[object | None] = ContextVar("events_current_unit", default=None)


class Tracked(models.Model):
    """A row with a UUID, changed only through a recorded change.

    `entity` is its name in events; `keys` are the columns by whose value others look rows up, so
    events carry their old and new values. `presence` are the columns that decide whether readers see
    the row: for them, a change of one is a row that comes or goes.
    """

    entity: ClassVar[str]
    keys: ClassVar[tuple[str, ...]] = ()
    presence: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    read_in: object | None = None

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any
    ) -> Self:
        row = super().from_db(db, field_names, values, **options)
        row.read_in = current_unit.get()
        return row

    def key_values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.keys}


def tracked_models() -> list[type[Tracked]]:
    """Every tracked model, by entity name."""
    from django.apps import apps

    return sorted((m for m in apps.get_models() if issubclass(m, Tracked)), key=lambda m: m.entity)
