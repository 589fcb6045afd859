"""The one way to write tracked rows: each write is executed and noted at once, from the row itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from .guard import opened
from .rows import StaleRowError, column, insert_rows, require_all, update_rows
from .touches import Op, Touch, combine, plain
from .tracked import Tracked, current_unit

BATCH_ROWS = 500


class ClosedChangeError(RuntimeError):
    """A change used after its block or from another thread: no event would tell of it."""


class Change:
    """What one action does to tracked rows, noted as touches while it happens.

    `outside=True` says that rows are not below the change's `within`, should they be rolled up.
    """

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Touch] = {}
        self._named: list[Touch] = []
        self._outside: set[tuple[str, str]] = set()
        self._token = current_unit.get()

    @property
    def touches(self) -> tuple[Touch, ...]:
        """One for each row touched, and those that raw statements named."""
        return (*self._rows.values(), *self._named)

    @property
    def outside(self) -> frozenset[tuple[str, str]]:
        """(entity, id) of the rows that are not below the change's `within`."""
        return frozenset(self._outside)

    def close(self) -> None:
        self._token = None

    def insert[T: Tracked](self, row: T, *, outside: bool = False) -> T:
        self.insert_many([row], outside=outside)
        return row

    def insert_many(self, rows: Sequence[Tracked], *, outside: bool = False) -> None:
        """Rows of one model, in one go."""
        self._require_open()
        if not rows:
            return
        with opened():
            insert_rows(type(rows[0]), rows)
        for row in rows:
            row.read_in = current_unit.get()
            self._note(row, "+", (), {}, False, outside=outside)

    def update(self, row: Tracked, *, outside: bool = False, **values: Any) -> bool:
        """Set the columns that differ. Returns whether any did; nothing is written or noted otherwise."""
        return self.update_many([(row, values)], outside=outside) == 1

    def update_many(
        self, pairs: Iterable[tuple[Tracked, Mapping[str, Any]]], *, outside: bool = False
    ) -> int:
        """Set columns on many rows, by their attribute names (`parent_id`). Returns how many differed."""
        self._require_open()
        groups: dict[tuple[type[Tracked], tuple[str, ...]], list[Tracked]] = defaultdict(list)
        notes = []
        for row, values in pairs:
            self._require_fresh(row)
            old, was, different = row.key_values(), row.is_visible(), _different(row, values)
            if different:
                fields = tuple(sorted(different))
                for name in fields:
                    setattr(row, name, different[name])
                groups[type(row), fields].append(row)
                notes.append((row, fields, old, was))
        with opened():
            for (model, fields), rows in groups.items():
                update_rows(model, rows, fields)
        for row, fields, old, was in notes:
            self._note(row, "~", fields, old, was, outside=outside)
        return len(notes)

    def delete(self, *rows: Tracked, outside: bool = False) -> None:
        """Delete exactly these rows: a cascade cannot take along what the event would not name."""
        self._require_open()
        groups: dict[type[Tracked], list[Any]] = defaultdict(list)
        for row in rows:
            self._require_fresh(row)
            groups[type(row)].append(row.pk)
        with opened():
            for model, keys in groups.items():
                for start in range(0, len(keys), BATCH_ROWS):
                    part = keys[start : start + BATCH_ROWS]
                    queryset = model._base_manager.filter(pk__in=part)
                    require_all(model, queryset._raw_delete(queryset.db), part)
        for row in rows:
            self._note(row, "-", (), row.key_values(), row.is_visible(), outside=outside)

    def execute(self, sql: str, params: Sequence[Any], touches: Sequence[Touch]) -> int:
        """A raw statement, for what the ORM cannot say; the caller names what it touches.
        Returns the number of rows."""
        self._require_open()
        with opened(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            self._named.extend(touches)
            return int(cursor.rowcount)

    def tell(self, touch: Touch) -> None:
        """What the event says beside rows: something happened that no table holds."""
        self._require_open()
        self._named.append(touch)

    def _note(
        self,
        row: Tracked,
        op: Op,
        fields: tuple[str, ...],
        old: dict[str, Any],
        was_visible: bool,
        *,
        outside: bool,
    ) -> None:
        new = {} if op == "-" else row.key_values()
        keys = {name: (plain(old.get(name)), plain(new.get(name))) for name in row.keys}
        seen = (was_visible, op != "-" and row.is_visible()) if row.visible else None
        place = (row.entity, str(row.pk))
        touch = Touch(row.entity, op, fields, place[1], keys, seen=seen)
        earlier = self._rows.pop(place, None)
        together = touch if earlier is None else combine(earlier, touch)
        if together is not None:
            self._rows[place] = together
        if outside:
            self._outside.add(place)

    def _require_open(self) -> None:
        if self._token is None or current_unit.get() is not self._token:
            raise ClosedChangeError("A change is used where its `record` stands and nowhere else.")

    def _require_fresh(self, row: Tracked) -> None:
        if row.read_in is not current_unit.get():
            raise StaleRowError(
                f"{type(row).__name__} {row.pk} was read before its stream was locked; "
                "read it inside `record`."
            )


def _different(row: Tracked, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are not the row's, as the row would hold them once read again."""
    clean = {name: column(type(row), name).to_python(value) for name, value in values.items()}
    return {name: value for name, value in clean.items() if getattr(row, name) != value}
