"""The write guard: INSERT, UPDATE and DELETE pass only inside a recorded change.

It reads SQL text, so it holds for `QuerySet.update`, m2m changes, cascades, the admin and raw
statements alike. Tables that carry no truth of the domain stand on `FREE_TABLES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from .statements import written_tables

FREE_TABLES = frozenset(
    {
        "django_session",  # lives in the database on its own terms; lost sessions lose no text
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "django_admin_log",
        "rendering_cachedpage",  # counts of what servers did: lost ones lose no text
        "rendering_cacheminute",
        "rendering_flush",
        "accounts_signin",  # goes with django_session
        "accounts_tries",  # throttles: what is counted is who may try again, and when
        "axes_accessattempt",
        "axes_accessattemptexpiration",
        "axes_accessfailurelog",
        "axes_accesslog",
        "caching_purge",  # a queue to the CDN: what is lost or doubled costs a render, never a text
        "documents_job",  # how far long work is: what is lost is asked for again
    }
)
REBUILT_BY_MIGRATION = "new__"  # SQLite alters a table by copying it into one of this name

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


def _check(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if not _open.get():
        for table in sorted(written_tables(_text(sql)) - FREE_TABLES):
            if not table.startswith(REBUILT_BY_MIGRATION):
                raise UnrecordedWriteError(
                    f"A write to {table} outside a recorded change. Only actions write: open "
                    "`record(...)` and use its insert, update, delete or execute."
                )
    return execute(sql, params, many, context)


def _text(sql: Any) -> str:
    """Drivers take bytes and psycopg's composed statements as well."""
    if isinstance(sql, bytes):
        return sql.decode()
    return sql if isinstance(sql, str) else str(sql.as_string(None))


def install(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Outermost, so that a wrapper put on for a while cannot take it off with its own end."""
    if _check not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _check)
