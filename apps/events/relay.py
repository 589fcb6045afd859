"""The relay: runs the handlers of every committed event, at least once, in the declared order.

One process at a time holds the relay's lock, which the operating system or the database frees when
that process dies; another then takes over. An event is marked applied after its handlers, so what
a crash left is found. Handlers may run twice and must bear it.

Handlers that readers wait for run ahead, over every event that is there, however long the others take for
those before it. Which events they have had is known to the process alone: one that takes over runs them once
more over what is not applied.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import batched, takewhile
from pathlib import Path
from typing import IO

from django.db import DatabaseError, Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from .conf import conf
from .guard import opened
from .models import Event, Parked
from .sessions import own_session

logger = logging.getLogger(__name__)

Handler = Callable[[Event], None]
BATCH = 50
LOCK_KEY = 0x63616972  # "cair"


def name_of(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"


def drain(
    handlers: Sequence[Handler],
    *,
    ready: Callable[[int], bool] = lambda _id: True,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Apply every unapplied event, up to the first that is not `ready`, and retry what is parked and due.
    Returns how many were applied."""
    retry_parked({name_of(handler): handler for handler in handlers})
    applied = 0
    unapplied = Event.objects.filter(applied=False).order_by("id")
    while not stopping() and (events := list(takewhile(lambda event: ready(event.pk), unapplied[:BATCH]))):
        for event in events:
            for handler in handlers:
                _apply(event, handler)
        with opened():  # once a batch: what a crash within it repeats, handlers bear
            Event.objects.filter(pk__in=[event.pk for event in events]).update(applied=True)
        applied += len(events)
    return applied


def run_ahead(
    handlers: Sequence[Handler], had: set[int], *, stopping: Callable[[], bool] = lambda: False
) -> None:
    """Run these over the unapplied events that they have not `had`, and retry what is parked and due."""
    retry_parked({name_of(handler): handler for handler in handlers})
    ids = list(Event.objects.filter(applied=False).order_by("id").values_list("pk", flat=True))
    had.intersection_update(ids)
    for some in batched([id for id in ids if id not in had], BATCH):
        for event in Event.objects.filter(pk__in=some).order_by("id"):
            if stopping():
                return
            for handler in handlers:
                _apply(event, handler)
            had.add(event.pk)


def _apply(event: Event, handler: Handler, failed: int = 0) -> bool:
    """Run one handler; whatever it raises parks this event for it and nothing else."""
    try:
        handler(event)
    except Exception as error:
        logger.warning("%s failed on %s", name_of(handler), event, exc_info=True)
        park(event, handler, error, failed + 1)
        return False
    return True


def park(event: Event, handler: Handler, error: Exception, attempts: int = 1) -> None:
    """Note when to try again: later each time."""
    wait_s = min(conf.retry_cap_s, conf.retry_base_s * 2 ** min(attempts - 1, 30))
    with opened():
        Parked.objects.update_or_create(
            event=event,
            handler=name_of(handler),
            defaults={
                "attempts": attempts,
                "error": f"{type(error).__name__}: {error}"[:2000],
                "next_attempt_at": timezone.now() + timedelta(seconds=wait_s),
            },
        )


def retry_parked(handlers: Mapping[str, Handler]) -> None:
    due = Parked.objects.filter(next_attempt_at__lte=timezone.now(), handler__in=list(handlers))
    for parked in list(due.select_related("event").order_by("event_id")[:BATCH]):
        if _apply(parked.event, handlers[parked.handler], parked.attempts):
            with opened():
                parked.delete()


class RelayLock:
    """Held by at most one process of a database; gone with the process that holds it."""

    def __init__(self) -> None:
        self._file: IO[str] | None = None
        self._session: BaseDatabaseWrapper | None = None

    def acquire(self) -> bool:
        """Whether it is held now; asked before each round, since a session may have been lost."""
        return self._acquire_session() if connection.vendor == "postgresql" else self._acquire_file()

    def _acquire_file(self) -> bool:
        if self._file is None:
            file = Path(f"{connection.settings_dict['NAME']}-relay").open("w")  # noqa: SIM115 - held on to
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._file = file
        return True

    def _acquire_session(self) -> bool:
        try:
            if self._session is not None:
                self._session.cursor().execute("SELECT 1")
                return True
            session = self._session = own_session()
            with session.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY])
                held = bool(cursor.fetchone()[0])
        except DatabaseError:
            self.release()
            raise
        if not held:
            self.release()
        return held

    def release(self) -> None:
        self.forget()
        if self._session is not None:
            with suppress(Error):  # a session that was lost holds nothing
                # Said, as the server hears a moment later that a session was closed.
                self._session.cursor().execute("SELECT pg_advisory_unlock_all()")
            self._session.close()
            self._session = None

    def forget(self) -> None:
        """For a forked child: an open file that it inherited would hold the lock on."""
        if self._file is not None:
            self._file.close()
            self._file = None
