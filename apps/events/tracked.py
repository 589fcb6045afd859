"""Models whose rows the log follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from django.db import models

# The token of the unit of work that runs now; rows remember under which one they were read.
current_unit: ContextVar[object | None] = ContextVar("events_current_unit", default=None)


class Tracked(models.Model):
    """A row with a UUID, changed only through a recorded change.

    `entity` is its name in events; `keys` are the columns by whose value others look rows up, so
    events carry their old and new values. `presence` are the columns that decide whether readers see
    the row: for them, a change of one is a row that comes or goes. `visible` says which rows they see,
    as arguments of filter(): equality or `__isnull`. Events then tell for each row whether it was and is
    among them, and its columns are `presence`. Without it any change of `presence` may take from readers.
    """

    entity: ClassVar[str]
    keys: ClassVar[tuple[str, ...]] = ()
    presence: ClassVar[tuple[str, ...]] = ()
    visible: ClassVar[Mapping[str, Any]] = {}

    class Meta:
        abstract = True

    read_in: object | None = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for condition in cls.visible:
            if condition.partition("__")[2] not in ("", "isnull"):
                raise TypeError(f"{cls.__name__}.visible: {condition!r} is neither a column nor its __isnull")
        cls.presence = cls.presence or tuple(condition.partition("__")[0] for condition in cls.visible)

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any
    ) -> Self:
        row = super().from_db(db, field_names, values, **options)
        row.read_in = current_unit.get()
        return row

    def key_values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.keys}

    def is_visible(self) -> bool:
        return meets(self.visible, lambda column: getattr(self, column))


def meets(visible: Mapping[str, Any], value_of: Callable[[str], Any]) -> bool:
    """Whether a row with these values of its columns is what Tracked.visible describes."""
    for condition, wanted in visible.items():
        column, _, lookup = condition.partition("__")
        value = value_of(column)
        if (value is None) != wanted if lookup else value != wanted:
            return False
    return True


def tracked_models() -> list[type[Tracked]]:
    """Every tracked model, by entity name."""
    from django.apps import apps

    return sorted((m for m in apps.get_models() if issubclass(m, Tracked)), key=lambda m: m.entity)
