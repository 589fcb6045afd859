"""Rows of a statement as Django's querysets give them: values that a driver gives otherwise than fields
have them are converted, a whole column at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper as Sqlite
from django.db.models import Expression

type Row = tuple[Any, ...]
type Convert = Callable[[Any], Any]

UUID_CHARS: Final = 32  # as SQLite's columns hold it


def needs_converting(expression: Expression) -> bool:
    return bool(_converters(expression))


def fetched(sql: str, parameters: Row, converted: Iterable[tuple[int, Expression]]) -> list[Row]:
    """All rows; `converted` are the columns that need it, by where they stand."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[Row] = cursor.fetchall()
    if not found or not converted:
        return found
    columns: list[Iterable[Any]] = list(zip(*found, strict=True))
    for at, expression in converted:
        columns[at] = map(_convert(expression), columns[at])
    return list(zip(*columns, strict=True))


def _converters(expression: Expression) -> list[Any]:
    of_field: list[Any] = expression.get_db_converters(connection)
    return [*connection.ops.get_db_converters(expression), *of_field]


def _convert(expression: Expression) -> Convert:
    converters = _converters(expression)
    if len(converters) == 1:
        short = SHORT.get(getattr(converters[0], "__func__", None))
        if short is not None:
            return short(lambda value: converters[0](value, expression, connection))

    def convert(value: Any) -> Any:
        for converter in converters:
            value = converter(value, expression, connection)
        return value

    return convert


def _uuid(otherwise: Convert) -> Convert:
    def convert(value: Any) -> Any:
        try:
            return UUID(int=int(value, 16)) if len(value) == UUID_CHARS else otherwise(value)
        except (TypeError, ValueError):
            return otherwise(value)

    return convert


def _datetime(otherwise: Convert) -> Convert:
    zone = connection.timezone

    def convert(value: Any) -> Any:
        naive = type(value) is datetime and value.tzinfo is None
        return value.replace(tzinfo=zone) if naive else otherwise(value)

    return convert


# The commonest of SQLite's, shorter for what they nearly always get.
SHORT: Final[dict[Any, Callable[[Convert], Convert]]] = {
    Sqlite.ops_class.convert_uuidfield_value: _uuid,
    Sqlite.ops_class.convert_datetimefield_value: _datetime,
}
