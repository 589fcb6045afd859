"""Sends purges: a thread of each process, at work in the one that holds the relay's lock.

An endpoint that fails is tried again after 1 s, 2 s, 4 s ... up to `cdn_retry_cap_s`; it holds up no other.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from django.db import close_old_connections, connection
from django.utils import timezone

from apps.events import following

from . import purge_queue
from .conf import conf
from .models import Purge
from .purge_backends import PurgeBackend, PurgeError, Varnish

logger = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 1.0


class Endpoint:
    """One backend and its back-off. `clock` is monotonic, in s."""

    def __init__(self, name: str, backend: PurgeBackend, clock: Callable[[], float]) -> None:
        self.name = name
        self._backend = backend
        self._clock = clock
        self._failures = 0
        self._not_before = float("-inf")

    def send_due(self) -> None:
        """Send what is due, unless this endpoint has just failed."""
        while self._clock() >= self._not_before and (rows := purge_queue.due(self.name, timezone.now())):
            try:
                self._send(rows)
            except PurgeError as error:
                self._back_off(error)
                purge_queue.failed(rows, error)
                return
            purge_queue.done(rows)
            self._failures = 0

    def _send(self, rows: list[Purge]) -> None:
        hard = purge_queue.tags_of(row for row in rows if not row.soft)
        soft = purge_queue.tags_of(row for row in rows if row.soft) - hard
        for names, is_soft in ((hard, False), (soft, True)):
            for part in parts_of(names, conf.cdn_tag_bytes):
                self._backend.purge(part, soft=is_soft)

    def _back_off(self, error: PurgeError) -> None:
        wait_s = min(conf.cdn_retry_cap_s, 2 ** min(self._failures, 30))
        self._failures += 1
        self._not_before = self._clock() + wait_s
        logger.warning("A purge failed, the next try is in %d s: %s", wait_s, error)


def parts_of(names: set[str], max_bytes: int) -> Iterator[list[str]]:
    """As many as fit into one header."""
    part: list[str] = []
    size = 0
    for name in sorted(names):
        if part and size + 1 + len(name) > max_bytes:
            yield part
            part, size = [], 0
        part.append(name)
        size += len(name) + (1 if size else 0)
    if part:
        yield part


class SenderThread(threading.Thread):
    def __init__(self, backends: Mapping[str, PurgeBackend], may_send: Callable[[], bool]) -> None:
        super().__init__(name="purge-sender", daemon=True)
        self._endpoints = [Endpoint(name, backend, time.monotonic) for name, backend in backends.items()]
        self._may_send = may_send
        self._has_tidied = False
        self._woken = threading.Event()
        self._stopping = threading.Event()

    def wake(self) -> None:
        self._woken.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            wait_s = LOOK_EVERY_S
            try:
                if self._may_send():
                    wait_s = self._turn()
            except Exception:  # a thread that dies would leave old pages at the CDN without a word
                logger.exception("Sending purges failed; trying again")
                connection.close()
            close_old_connections()
            self._woken.wait(wait_s)
            self._woken.clear()
        connection.close()

    def _turn(self) -> float:
        """Send; seconds until something is due, at most LOOK_EVERY_S."""
        names = [endpoint.name for endpoint in self._endpoints]
        if not self._has_tidied:
            purge_queue.forget_others(names)
            self._has_tidied = True
        for endpoint in self._endpoints:
            endpoint.send_due()
        at = purge_queue.next_due_at(names)
        left_s = (at - timezone.now()).total_seconds() if at else LOOK_EVERY_S
        return left_s if 0 < left_s < LOOK_EVERY_S else LOOK_EVERY_S

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()


_running: SenderThread | None = None


def start() -> None:
    """Send from now on, where there is a CDN. A second call does nothing."""
    global _running
    if conf.cdn and (_running is None or not _running.is_alive()):
        backends = {url: Varnish(url, conf.cdn_token) for url in conf.cdn_endpoints}
        _running = SenderThread(backends, following.is_relaying)
        purge_queue.enqueued[:] = [_running.wake]
        _running.start()


def stop(timeout_s: float = 5.0) -> None:
    global _running
    if _running is not None:
        purge_queue.enqueued.clear()
        _running.stop()
        _running.join(timeout_s)
        _running = None
