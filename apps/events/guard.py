"""The write guard: INSERT, UPDATE and DELETE pass only inside a recorded change.

It reads SQL text, so it holds for `QuerySet.update`, m2m changes, cascades, the admin and raw
statements alike. Tables that carry no truth of the domain stand on `FREE_TABLES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

FREE_TABLES = frozenset(
    {
        "django_session",  # lives in the database on its own terms; lost sessions lose no text
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "django_admin_log",
    }
)
REBUILT_BY_MIGRATION = "new__"  # SQLite alters a table by copying it into one of this name

LITERAL = re.compile(r"'(?:[^']|'')*'")
COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
DEFINITION = re.compile(r"\s*(?:CREATE|ALTER|DROP)\b", re.IGNORECASE)  # a trigger's body writes nothing yet
WRITE = re.compile(
    r"""\b(?: INSERT \s+ (?:OR \s+ \w+ \s+)? INTO | REPLACE \s+ INTO | MERGE \s+ INTO | DELETE \s+ FROM (?:\s+ ONLY)?
        | TRUNCATE (?:\s+ TABLE)? | COPY
        | (?<!FOR\ ) (?<!KEY\ ) (?<!DO\ ) UPDATE (?:\s+ OR \s+ \w+ | \s+ ONLY)? )
        \s+ (?:"?\w+"?\s*\.\s*)? "?(\w+)"? """,
    re.IGNORECASE | re.VERBOSE,
)

_open: ContextVar[bool] = ContextVar("events_guard_open", default=False)


class UnrecordedWriteError(RuntimeError):
    """A write outside a recorded change. Nothing was executed."""


@contextmanager
def opened() -> Iterator[None]:
    """For the log's own code and for data migrations: writes pass."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def written_tables(sql: str) -> set[str]:
    """Names of the tables that a statement writes, lower case."""
    if sql[:6].upper() == "SELECT" and ";" not in sql:
        return set()
    if DEFINITION.match(sql):
        return set()
    bare = COMMENT.sub(" ", LITERAL.sub("''", sql))
    return {name.lower() for name in WRITE.findall(bare)}


def _check(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if not _open.get():
        for table in sorted(written_tables(sql) - FREE_TABLES):
            if not table.startswith(REBUILT_BY_MIGRATION):
                raise UnrecordedWriteError(
                    f"A write to {table} outside a recorded change. Only actions write: open "
                    "`record(...)` and use its insert, update, delete or execute."
                )
    return execute(sql, params, many, context)


def install(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if _check not in connection.execute_wrappers:
        connection.execute_wrappers.append(_check)
