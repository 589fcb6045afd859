"""The last answers, for whoever asks the same again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from apps.caching.process import index, memory
from apps.tenants.directory import directory

from .asking import Asked, Said
from .bodies import Leaving
from .counting import Counts, Key

LIFE_S: Final = 1.0
KEPT_MAX: Final = 1_000
SAID_MAX_BYTES: Final = 500  # of the headers that each may fill as they like


@dataclass(slots=True)
class Answered:
    leaving: Leaving
    key: Key
    until: float
    hits: int = 0  # not told yet


class Again:
    """What was found, judged and packed for one reader holds for the next who says the same, while no event
    was heard, no handbook has moved and memory holds what it held; and for LIFE_S at most. Nothing that came
    with a cookie is in here. Called from the event loop's thread alone."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        counts.sources.append(self._tell)
        self._stands = (-1, -1, -1)
        self._answered: dict[Said, Answered] = {}

    def get(self, said: Said, now: float) -> Answered | None:
        stands = index.generation, memory.changes, directory.version
        if stands != self._stands:
            self._stands = stands
            self._forget()
            return None
        found = self._answered.get(said)
        if found is None or now >= found.until:
            return None
        found.hits += 1
        return found

    def put(self, said: Said, asked: Asked, leaving: Leaving, key: Key, until: float, now: float) -> None:
        """After `get`: whatever moved since then is seen by the next one."""
        if asked.cookies or len(asked.accepts) + len(asked.has) > SAID_MAX_BYTES:
            return
        last = self._answered.get(said)
        if last is not None and last.hits:
            self._counts.hit(last.key, last.hits)
        elif len(self._answered) >= KEPT_MAX:
            self._forget()
        self._answered[said] = Answered(leaving, key, min(until, now + LIFE_S))

    def _tell(self) -> None:
        for each in self._answered.values():
            if each.hits:
                self._counts.hit(each.key, each.hits)
                each.hits = 0

    def _forget(self) -> None:
        self._tell()
        self._answered.clear()
