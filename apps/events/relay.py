"""The relay: runs the handlers of every committed event, at least once, in the declared order.

One process at a time holds the relay's lock, which the operating system or the database frees when
that process dies; another then takes over. An event is marked applied after its handlers, so what
a crash left is found. Handlers may run twice and must bear it.
"""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.db import DatabaseError, connection
from django.utils import timezone

from .conf import conf
from .guard import opened
from .models import Event, Parked

logger = logging.getLogger(__name__)

Handler = Callable[[Event], None]
BATCH = 200
LOCK_KEY = 0x63616972  # "cair"


def name_of(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"


def drain(handlers: Sequence[Handler]) -> int:
    """Apply every unapplied event and retry what is parked and due. Returns how many were applied."""
    retry_parked({name_of(handler): handler for handler in handlers})
    applied = 0
    while events := list(Event.objects.filter(applied=False).order_by("id")[:BATCH]):
        for event in events:
            for handler in handlers:
                try:
                    handler(event)
                except Exception as error:
                    park(event, handler, error)
            with opened():
                Event.objects.filter(pk=event.pk).update(applied=True)
        applied += len(events)
    return applied


def park(event: Event, handler: Handler, error: Exception, attempts: int = 1) -> None:
    logger.warning("%s failed on %s (attempt %d)", name_of(handler), event, attempts, exc_info=error)
    wait_s = min(conf.retry_cap_s, conf.retry_base_s * 2 ** (attempts - 1))
    with opened():
        Parked.objects.update_or_create(
            event=event,
            handler=name_of(handler),
            defaults={
                "attempts": attempts,
                "error": repr(error)[:2000],
                "next_attempt_at": timezone.now() + timedelta(seconds=wait_s),
            },
        )


def retry_parked(handlers: dict[str, Handler]) -> None:
    due = Parked.objects.filter(next_attempt_at__lte=timezone.now(), handler__in=list(handlers))
    for parked in list(due.select_related("event").order_by("event_id")[:BATCH]):
        handler = handlers[parked.handler]
        try:
            handler(parked.event)
        except Exception as error:
            park(parked.event, handler, error, parked.attempts + 1)
        else:
            with opened():
                parked.delete()


class RelayLock:
    """Held by at most one process of a database; gone with the process that holds it."""

    def __init__(self) -> None:
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY])
                return bool(cursor.fetchone()[0])
        if self._file is None:
            self._file = Path(f"{connection.settings_dict['NAME']}-relay").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class RelayThread(threading.Thread):
    """Drains whenever `wake` is called, and from time to time for what a crash left."""

    def __init__(self, handlers: Sequence[Handler]) -> None:
        super().__init__(name="events-relay", daemon=True)
        self._handlers = handlers
        self._woken = threading.Event()
        self._stopping = False
        self._lock = RelayLock()

    def wake(self, _event: Event) -> None:
        self._woken.set()

    def run(self) -> None:
        holds = False
        while not self._stopping:
            try:
                holds = holds or self._lock.acquire()
                if holds:
                    drain(self._handlers)
            except DatabaseError:
                logger.exception("The relay lost its database; trying again")
                holds = False
                connection.close()
            self._woken.wait(conf.relay_interval_ms / 1000)
            self._woken.clear()
        self._lock.release()
        connection.close()

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()
