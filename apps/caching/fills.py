"""Fills: making what memory lacks, once for all who wait, on threads that only read.

A fill belongs to the process: whoever leaves cancels nothing. Who waits may take a result whose fill
began after they came; an older one might miss what they have just written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final

from .entries import Entry
from .hearing import Hearing
from .index import TagIndex
from .marks import State
from .memory import Memory
from .reads import Reads, reading
from .shared import Shared, Turn

logger = logging.getLogger(__name__)

ATTEMPTS: Final = 3  # to read all of one moment


class FillInTransactionError(RuntimeError):
    """Inside a transaction caches are neither read nor filled: others must not see what may be undone."""


@dataclass(frozen=True)
class Made:
    """`size` in bytes; `fresh_for_s` None: until an event says otherwise."""

    value: Any
    size: int
    fresh_for_s: float | None
    storable: bool = True


type Make = Callable[[Reads], Made]  # notes in its read set what it reads


@dataclass(eq=False)
class Fill:
    began: int  # generation of the index
    task: asyncio.Future[Entry]


class Fills:
    """Called from one event loop; `make` runs on `threads`."""

    def __init__(
        self,
        index: TagIndex,
        hearing: Hearing,
        threads: Executor,
        *,
        clock: Callable[[], float],
        in_transaction: Callable[[], bool],
    ) -> None:
        self._index = index
        self._hearing = hearing
        self._threads = threads
        self._clock = clock
        self._in_transaction = in_transaction
        self._running: dict[Hashable, Fill] = {}

    async def fetch(
        self, memory: Memory, tenant: Any, key: Any, make: Make, shared: Shared | None = None
    ) -> Entry:
        """A result whose fill began no earlier than now, or one found in `shared` that holds now; that may
        be EXPIRED. Raises what `make` raises."""
        arrived = self._index.generation
        while True:
            fill = self._running.get((tenant, key))
            if fill is None:
                return await asyncio.shield(self._start(memory, tenant, key, make, shared).task)
            try:
                entry = await asyncio.shield(fill.task)
            except Exception:
                if fill.began >= arrived:
                    raise
                continue
            if fill.began >= arrived or self._is_valid(entry):
                return entry

    def renew(self, memory: Memory, tenant: Any, key: Any, make: Make, shared: Shared | None = None) -> None:
        """Make it anew while the old one is served; what goes wrong is for the next to meet."""
        if (tenant, key) not in self._running:
            self._start(memory, tenant, key, make, shared, renewing=True)

    def running(self) -> int:
        return len(self._running)

    def _is_valid(self, entry: Entry) -> bool:
        return not entry.state(self._index, self._clock())

    def _start(
        self,
        memory: Memory,
        tenant: Any,
        key: Any,
        make: Make,
        shared: Shared | None,
        *,
        renewing: bool = False,
    ) -> Fill:
        loop = asyncio.get_running_loop()
        task: asyncio.Future[Entry]
        if shared is None:
            task = loop.run_in_executor(self._threads, self._make, memory, tenant, key, make)
        else:
            task = loop.create_task(self._obtain(memory, tenant, key, make, shared, renewing))
        fill = self._running[tenant, key] = Fill(self._index.generation, task)
        task.add_done_callback(lambda done: self._end((tenant, key), fill, done))
        return fill

    async def _obtain(
        self, memory: Memory, tenant: Any, key: Any, make: Make, shared: Shared, renewing: bool
    ) -> Entry:
        """What others have, or may have soon; else made here, in the name of all of them."""
        found: Entry | Turn | None = None if renewing else await shared.get(tenant, key)
        if found is None:
            found = await shared.turn(tenant, key, renewing=renewing)
        if isinstance(found, Turn):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._threads, self._make_and_keep, memory, tenant, key, make, shared, found
            )
        memory.put(tenant, key, found)
        return found

    def _make_and_keep(
        self, memory: Memory, tenant: Any, key: Any, make: Make, shared: Shared, turn: Turn
    ) -> Entry:
        kept = False
        try:
            entry = self._make(memory, tenant, key, make)
            try:
                if memory.get(tenant, key) is entry:  # what is not stored here is not shared either
                    shared.keep(tenant, key, entry, turn)
                    kept = True
            except Exception:
                logger.exception("%s could not be shared", key)
            return entry
        finally:
            if not kept:
                shared.give_up(turn)

    def _end(self, key: Hashable, fill: Fill, done: asyncio.Future[Entry]) -> None:
        if self._running.get(key) is fill:
            del self._running[key]
        if not done.cancelled():
            done.exception()  # whoever waits has it; a renewal has nobody

    def _make(self, memory: Memory, tenant: Hashable, key: Hashable, make: Make) -> Entry:
        if self._in_transaction():
            raise FillInTransactionError(f"{key!r} would be filled inside a transaction.")
        made, reads, generation = self._of_one_moment(make)
        ends = [each for each in (made.fresh_for_s, reads.must_end_s) if each is not None]
        entry = Entry(
            made.value,
            made.size,
            reads.stamps,
            reads.tags(),
            made_at=self._clock(),
            fresh_for_s=min(ends) if ends else None,
            generation=generation,
        )
        if made.storable:
            memory.put(tenant, key, entry)
        return entry

    def _of_one_moment(self, make: Make) -> tuple[Made, Reads, int]:
        """Rows of before and after a change may not fit together: then once more."""
        for attempt in range(1, ATTEMPTS + 1):
            generation = self._index.generation
            with reading(self._hearing) as reads:
                try:
                    made = make(reads)
                except Exception:
                    if attempt == ATTEMPTS or self._index.generation == generation:
                        raise
                    continue
            if attempt == ATTEMPTS or self._index.state(reads.stamps, reads.tags()) is State.FRESH:
                return made, reads, generation
        raise AssertionError("unreachable")
