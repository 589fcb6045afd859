"""The processes that follow the log, and what each has acknowledged.

Whoever makes something unreadable waits until every living process has heard of it, for at most as long
as a process that hears nothing trusts its memory. Ages are told by the database's own clock. Nobody waits
for a process whose beats fail, so it may not trust what it remembers either (`Presence.is_awaited`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import DatabaseError, connection
from django.db.models.functions import Now

from .guard import opened
from .models import Acknowledgement, Event, Process

logger = logging.getLogger(__name__)

BEAT_S: Final = 3.0
ALIVE: Final = timedelta(seconds=20)  # since its last beat: SQLite's may have to wait for a long write
WAIT_S: Final = 1.0
POLL_S: Final = 0.005

type Weighty = Callable[[Event], bool]  # whether an event is to be acknowledged


class Presence:
    """The row of this process."""

    def __init__(self, weighty: Weighty) -> None:
        self.id: UUID = uuid4()
        self._weighty = weighty
        self._beaten = float("-inf")  # monotonic, before the last beat that was written
        self._left = False
        self._turn = threading.Lock()

    def beat(self) -> None:
        """Say that this process lives, and take out those that no longer do. To be called every BEAT_S; a
        write, so it may have to wait."""
        began = time.monotonic()
        with self._turn, opened():
            if self._left:
                return
            Process.objects.update_or_create(pk=self.id, defaults={"seen_at": Now()})
            self._beaten = began
            Acknowledgement.objects.filter(at__lt=Now() - 6 * ALIVE).delete()
            Process.objects.filter(seen_at__lt=Now() - 6 * ALIVE).delete()

    def is_awaited(self) -> bool:
        """Whether others wait for this process, and will for as long as what is confirmed now is trusted."""
        return time.monotonic() - self._beaten < ALIVE.total_seconds() - WAIT_S

    def listen(self, event: Event) -> None:
        """Acknowledge what is to be; the last of the listeners, so that the others have heard."""
        if self._weighty(event):
            with opened():
                Acknowledgement.objects.get_or_create(
                    process_id=self.id, event_id=event.pk, defaults={"at": Now()}
                )

    def leave(self) -> None:
        """Nothing is confirmed any more, and no beat comes after it."""
        self._beaten = float("-inf")
        with self._turn, opened():
            self._left = True
            self._beaten = float("-inf")
            Process.objects.filter(pk=self.id).delete()


def await_acknowledged(events: Sequence[Event], timeout_s: float = WAIT_S) -> bool:
    """Wait until every living process has acknowledged these events; False where some had not in time:
    by then they do not trust what they remember."""
    ids = [event.pk for event in events]
    until = time.monotonic() + timeout_s
    try:
        while _waiting_for(ids):
            if time.monotonic() > until or connection.in_atomic_block:
                return False
            time.sleep(POLL_S)
    except DatabaseError:
        logger.exception("Who has heard could not be asked")
        return False
    return True


def _waiting_for(event_ids: list[int]) -> bool:
    alive = set(Process.objects.filter(seen_at__gte=Now() - ALIVE).values_list("pk", flat=True))
    heard = Acknowledgement.objects.filter(event_id__in=event_ids).values_list("process_id", "event_id")
    return len(set(heard) & {(process, id) for process in alive for id in event_ids}) < len(alive) * len(
        event_ids
    )
