"""What a running job tells of itself, from a thread of its own: long stages say nothing for a while, and the
unit of work must not carry its own progress."""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType
from typing import Final, Self
from uuid import UUID

from django.db import DatabaseError, connection

from .rows import note

logger = logging.getLogger(__name__)

LOOK_S: Final = 0.5  # so often at most it is written
BEAT_S: Final = 3.0  # so often at least


class Heart(threading.Thread):
    """Around the work: `step` says how far it is."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__(name="job-heart", daemon=True)
        self._job_id = job_id
        self._now = self._written = ("", 0, 0)
        self._written_at = time.monotonic()
        self._stopping = threading.Event()

    def step(self, stage: str, done: int, total: int) -> None:
        self._now = (stage, done, total)

    def run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            now = self._now
            if now != self._written or time.monotonic() - self._written_at > BEAT_S:
                self._beat(now)
        connection.close()

    def _beat(self, now: tuple[str, int, int]) -> None:
        try:
            note(self._job_id, *now)
        except DatabaseError as error:  # somebody holds the database for long; the next beat may pass
            logger.warning("the progress of job %s could not be written: %s", self._job_id, error)
            connection.close()
        else:
            self._written, self._written_at = now, time.monotonic()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self.join()
