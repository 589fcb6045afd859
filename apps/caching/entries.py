"""What a cache keeps: a value, what it was built from, and how far the log was heard before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any
from uuid import UUID

from apps.events.follower import Cursor

from .index import TagIndex
from .marks import State

EARLY = 0.9  # of its life: from then on a hit renews it, so that readers of a busy page never wait


@dataclass(slots=True)
class Entry:
    """`size` in bytes. `made_at` is this process's monotonic clock, in s; an entry without a life
    (`fresh_for_s` None) is fresh until an event says otherwise."""

    value: Any
    size: int
    stamps: Mapping[UUID, Cursor]
    tags: Mapping[UUID, frozenset[str]]
    made_at: float
    fresh_for_s: float | None
    checked: int = -1  # the generation of the index at which it was last found FRESH
    shared: bool = field(default=False, compare=False)  # another process, or an earlier one, has made it

    def state(self, index: TagIndex, now: float) -> State:
        """Also where nothing was heard since the last look: then without looking at tags."""
        generation = index.generation
        if self.checked != generation:
            state = index.state(self.stamps, self.tags)
            if state is not State.FRESH:
                return state
            self.checked = generation
        over = self.fresh_for_s is not None and now - self.made_at >= self.fresh_for_s
        return State.EXPIRED if over else State.FRESH

    @property
    def nearly_over_at(self) -> float:
        return inf if self.fresh_for_s is None else self.made_at + EARLY * self.fresh_for_s

    def is_nearly_over(self, now: float) -> bool:
        return now >= self.nearly_over_at
