"""The one way to write tracked rows: each write is executed and noted at once, from the row itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models

from .guard import opened
from .touches import Op, Touch, combine
from .tracked import Tracked, current_unit

BATCH_ROWS = 500


class StaleRowError(RuntimeError):
    """A row that was read before its stream was locked: another writer may have changed it since."""


class Change:
    """What one action does to tracked rows, noted as touches while it happens."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Touch] = {}
        self._named: list[Touch] = []

    @property
    def touches(self) -> tuple[Touch, ...]:
        """One for each row touched, and those that raw statements named."""
        return (*self._rows.values(), *self._named)

    def insert[T: Tracked](self, row: T) -> T:
        self.insert_many([row])
        return row

    def insert_many(self, rows: Sequence[Tracked]) -> None:
        """Rows of one model, in few statements."""
        if not rows:
            return
        model = type(rows[0])
        with opened():
            model._base_manager.bulk_create(rows, batch_size=BATCH_ROWS)
        for row in rows:
            row.read_in = current_unit.get()
            self._note(row, "+", (), {}, row.key_values())

    def update(self, row: Tracked, **values: Any) -> bool:
        """Set the columns that differ. Returns whether any did; nothing is written or noted otherwise."""
        return self.update_many([(row, values)]) == 1

    def update_many(self, pairs: Iterable[tuple[Tracked, Mapping[str, Any]]]) -> int:
        """Set columns on many rows, by their attribute names (`parent_id`). Returns how many differed."""
        groups: dict[tuple[type[Tracked], tuple[str, ...]], list[Tracked]] = defaultdict(list)
        for row, values in pairs:
            self._require_fresh(row)
            old = row.key_values()
            fields = tuple(sorted(name for name, value in values.items() if getattr(row, name) != value))
            if fields:
                for name in fields:
                    setattr(row, name, values[name])
                groups[type(row), fields].append(row)
                self._note(row, "~", fields, old, row.key_values())
        with opened():
            for (model, fields), rows in groups.items():
                self._write(model, rows, fields)
        return sum(len(rows) for rows in groups.values())

    @staticmethod
    def _write(model: type[Tracked], rows: list[Tracked], names: tuple[str, ...]) -> None:
        quote = connection.ops.quote_name
        fields = [model._meta.get_field(name) for name in names]
        key = model._meta.pk
        sets = ", ".join(f"{quote(field.column)} = %s" for field in fields)
        values = [
            [field.get_db_prep_save(getattr(row, field.attname), connection) for field in (*fields, key)]
            for row in rows
        ]
        with connection.cursor() as cursor:
            table = quote(model._meta.db_table)
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {quote(key.column)} = %s", values)

    def delete(self, *rows: Tracked) -> None:
        """Delete exactly these rows, in the order given: what refers to them must go first, and a
        cascade cannot take along what the event would not name."""
        for row in rows:
            self._require_fresh(row)
            self._note(row, "-", (), row.key_values(), {})
        groups: dict[type[Tracked], list[Any]] = defaultdict(list)
        for row in rows:
            groups[type(row)].append(row.pk)
        with opened():
            for model, keys in groups.items():
                for start in range(0, len(keys), BATCH_ROWS):
                    queryset = model._base_manager.filter(pk__in=keys[start : start + BATCH_ROWS])
                    queryset._raw_delete(queryset.db)

    def execute(self, sql: str, params: Sequence[Any], touches: Sequence[Touch]) -> int:
        """A raw statement, for what the ORM cannot say; the caller names what it touches.
        Returns the number of rows."""
        with opened(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            self._named.extend(touches)
            return cursor.rowcount

    def _note(
        self, row: Tracked, op: Op, fields: tuple[str, ...], old: dict[str, Any], new: dict[str, Any]
    ) -> None:
        keys = {name: (_plain(old.get(name)), _plain(new.get(name))) for name in row.keys}
        touch: Touch | None = Touch(row.entity, op, fields, str(row.pk), keys)
        earlier = self._rows.pop((row.entity, str(row.pk)), None)
        if earlier is not None and touch is not None:
            touch = combine(earlier, touch)
        if touch is not None:
            self._rows[row.entity, str(row.pk)] = touch

    def _require_fresh(self, row: Tracked) -> None:
        if row.read_in is not current_unit.get():
            raise StaleRowError(
                f"{type(row).__name__} {row.pk} was read before its stream was locked; read it inside `record`."
            )


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, models.Model):
        return str(value.pk)
    return value
