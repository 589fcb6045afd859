"""What is due by time, not by an event: done by the process that relays, beside it.

A chore finds out from the tables what is due, does a bounded part of it and bears being repeated: another
process may take over at any moment, and what was not done is still due then.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import close_old_connections, connection

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chore:
    """`do` is called every `every_s` seconds, and once soon after the start."""

    do: Callable[[], object]
    every_s: float


class ChoreThread(threading.Thread):
    """Looks at its chores every `look_s` seconds, where `here` says that they are this process' to do."""

    def __init__(
        self,
        chores: Sequence[Chore],
        here: Callable[[], bool],
        look_s: float = 1.0,
        name: str = "events-chores",
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._due = [(chore, 0.0) for chore in chores]
        self._here = here
        self._look_s = look_s
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.wait(self._look_s):
            if self._here():
                self._due = [self._done(chore, due_at) for chore, due_at in self._due]
                close_old_connections()
        connection.close()

    def stop(self) -> None:
        self._stopping.set()

    def _done(self, chore: Chore, due_at: float) -> tuple[Chore, float]:
        if self._stopping.is_set() or time.monotonic() < due_at:
            return chore, due_at
        try:
            chore.do()
        except Exception:
            logger.exception("%s failed; it is tried again in %s s", chore.do, chore.every_s)
            connection.close()
        return chore, time.monotonic() + chore.every_s
