"""Stopping what reads the database on another thread: at its next statement, or in the middle of one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

from django.db import close_old_connections, connection

logger = logging.getLogger(__name__)


class StoppedError(Exception):
    """Nobody waits for the result any more."""


class Stop:
    """`with stop.listening(): ...` on the thread that works, `stop()` on any other.

    What runs there ends with an exception when it touches the database next. Code that never does is
    not interrupted: Python cannot.
    """

    def __init__(self) -> None:
        self._stopped = False
        self._handle: Any = None  # the driver's connection, while it is in use here
        self._lock = Lock()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """The connection is given back at the end."""
        close_old_connections()
        try:
            with connection.execute_wrapper(self._statement):
                yield
        finally:
            with self._lock:  # from here on it may be somebody else's
                self._handle = None
            close_old_connections()

    def __call__(self) -> None:
        self._stopped = True
        if self._handle is not None:
            # Telling PostgreSQL takes a connection of its own, and whoever stops may be an event loop.
            Thread(target=self._interrupt, name="interrupt", daemon=True).start()

    def _statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if self._stopped:
            raise StoppedError
        self._handle = context["connection"].connection
        return execute(sql, params, many, context)

    def _interrupt(self) -> None:
        with self._lock:
            if self._handle is None:
                return
            stop = getattr(self._handle, "interrupt", None) or self._handle.cancel_safe
            try:
                stop()
            except Exception:
                logger.warning("A statement could not be stopped", exc_info=True)
