"""The relay at work in the process that holds its lock: one thread for the handlers that run ahead, one for
the others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from django.db import close_old_connections

from .conf import conf
from .models import Event
from .relay import Handler, RelayLock, drain, run_ahead

logger = logging.getLogger(__name__)


class Turns(threading.Thread):
    """A turn whenever `wake` is called, and from time to time for what a crash left. Between them it holds no
    connection."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._woken = threading.Event()
        self._stopping = threading.Event()

    def wake(self, _event: Event | None = None) -> None:
        self._woken.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except Exception:  # a thread that dies would hold the lock and do nothing with it
                logger.exception("The relay failed; trying again")
                self._failed()
            close_old_connections()
            self._woken.wait(conf.relay_interval_ms / 1000)
            self._woken.clear()
        self._end()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()

    def _turn(self) -> None:
        raise NotImplementedError

    def _failed(self) -> None:
        """After a turn that raised."""

    def _end(self) -> None:
        """After the last turn."""


class RelayThread(Turns):
    """Holds the lock, runs `ahead` and then wakes the thread that applies."""

    def __init__(self, ahead: Sequence[Handler]) -> None:
        super().__init__("events-relay")
        self.lock = RelayLock()
        self.holding = False  # the lock, at the last look
        self.had: set[int] = set()  # ids of unapplied events that `ahead` has had
        self.then: list[Callable[[], None]] = []
        self._ahead = ahead

    def _turn(self) -> None:
        self.holding = self.lock.acquire()
        if self.holding:
            run_ahead(self._ahead, self.had, stopping=self._stopping.is_set)
            for wake in self.then:
                wake()

    def _failed(self) -> None:
        self.holding = False

    def _end(self) -> None:
        self.holding = False
        self.lock.release()


class ApplyingThread(Turns):
    """Runs the other handlers over what those that run ahead have had."""

    def __init__(self, handlers: Sequence[Handler], relay: RelayThread) -> None:
        super().__init__("events-applying")
        self._handlers = handlers
        self._relay = relay
        relay.then.append(self.wake)

    def _turn(self) -> None:
        if self._relay.holding:
            drain(self._handlers, ready=self._relay.had.__contains__, stopping=self._stopping.is_set)
