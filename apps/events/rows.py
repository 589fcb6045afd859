"""Rows into SQL: many of one model with one prepared statement, each of them really there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from .tracked import Tracked


class StaleRowError(RuntimeError):
    """A row that was read before its stream was locked, or that is gone: another writer may have
    changed it since."""


def column(model: type[Tracked], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    if (
        not isinstance(field, models.Field)
        or field.column is None
        or field.attname != name
        or field.primary_key
    ):
        raise TypeError(f"{name!r} is no column to set: name the attribute ('parent_id'), never the key.")
    return field


def insert_rows(model: type[Tracked], rows: Sequence[Tracked]) -> None:
    """All rows of `model`: under the lock, Django's bulk_create takes three times as long."""
    database = connections[DEFAULT_DB_ALIAS]  # `connection` looks it up at each of many thousand calls
    quote = database.ops.quote_name
    fields = model._meta.local_concrete_fields
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [
        [field.get_db_prep_save(field.pre_save(row, add=True), database) for field in fields] for row in rows
    ]
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
    with database.cursor() as cursor:
        cursor.executemany(statement, values)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def update_rows(model: type[Tracked], rows: list[Tracked], names: tuple[str, ...]) -> None:
    """Set these columns to what the rows hold."""
    database = connections[DEFAULT_DB_ALIAS]
    quote = database.ops.quote_name
    fields = [column(model, name) for name in names]
    key = model._meta.pk
    sets = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), database) for field in (*fields, key)]
        for row in rows
    ]
    statement = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote(str(key.column))} = %s"  # noqa: S608
    with database.cursor() as cursor:
        cursor.executemany(statement, values)
        require_all(model, cursor.rowcount, rows)


def require_all(model: type[Tracked], count: int, expected: Sequence[object]) -> None:
    """Raises StaleRowError unless a statement found as many rows as it was to."""
    if count != len(expected):
        raise StaleRowError(
            f"{count} of {len(expected)} rows of {model.__name__} were there: was one deleted meanwhile?"
        )
