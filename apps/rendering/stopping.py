"""Stopping what reads the database on another thread: at its next statement, or in the middle of one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import Any, Final

from django.db import close_old_connections, connection

logger = logging.getLogger(__name__)
AGAIN_S: Final = 0.05
CANCEL_S: Final = 5.0


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
        self._over = Event()

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
            self._over.set()
            close_old_connections()

    def __call__(self) -> None:
        with self._lock:
            self._stopped = True
            runs = self._handle is not None
        if runs:
            # Telling PostgreSQL takes a connection of its own, and whoever stops may be an event loop.
            Thread(target=self._interrupt, name="interrupt", daemon=True).start()

    def _statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        with self._lock:
            if self._stopped:
                raise StoppedError
            self._handle = context["connection"].connection
        return execute(sql, params, many, context)

    def _interrupt(self) -> None:
        """Again and again: a statement that was about to begin does not notice."""
        while self._interrupted():
            self._over.wait(AGAIN_S)

    def _interrupted(self) -> bool:
        """False once there is nothing to interrupt."""
        with self._lock:
            if self._handle is None:
                return False
            try:
                if connection.vendor == "postgresql":
                    self._handle.cancel_safe(timeout=CANCEL_S)
                else:
                    self._handle.interrupt()
            except Exception:
                logger.warning("A statement could not be stopped", exc_info=True)
                return False
        return True
