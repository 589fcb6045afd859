"""A database session of one's own, for what lasts as long as a session: LISTEN and advisory locks.

A pooled session would live on after its close and keep both.
"""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Whichever side vanishes without a word, the other notices within seconds, not within TCP's two hours.
CLIENT_NOTICES = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
SERVER_NOTICES = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"


def own_session() -> BaseDatabaseWrapper:
    """An open PostgreSQL session in autocommit mode. Whoever asks for it closes it."""
    session: Any = connection.copy()
    options = {name: value for name, value in session.settings_dict["OPTIONS"].items() if name != "pool"}
    session.settings_dict["OPTIONS"] = CLIENT_NOTICES | options
    session.ensure_connection()
    session.set_autocommit(autocommit=True)
    with session.cursor() as cursor:
        cursor.execute(SERVER_NOTICES)
    return session  # type: ignore[no-any-return]


def keep_own() -> None:
    """For a thread that may wait for nobody: its `connection` is none of the pool. It closes it itself."""
    if connection.vendor == "postgresql":
        connections[DEFAULT_DB_ALIAS] = own_session()
