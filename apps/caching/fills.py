"""Fills: making what memory lacks, once for all who wait, on threads that only read.

A fill belongs to the process: whoever leaves cancels nothing. Who waits may take a result whose fill
began after they came; an older one might miss what they have just written. What an event touched while it
was made is made once more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from .entries import Entry
from .hearing import Hearing
from .index import TagIndex
from .marks import State
from .memory import Memory
from .reads import Reads, reading
from .shared import Shared, Turn

logger = logging.getLogger(__name__)

ATTEMPTS: Final = 2  # of one fill, to read all of one moment
ROUNDS: Final = 3  # fills that one reader waits for


class FillInTransactionError(RuntimeError):
    """Inside a transaction caches are neither read nor filled: others must not see what may be undone."""


class UnsettledError(RuntimeError):
    """Whenever it was made, readers could no longer see it by the time it was there."""


@dataclass(frozen=True)
class Made:
    """`size` in bytes; `fresh_for_s` None: until an event says otherwise. `pool`: the memory to keep it in,
    where that is another than the one that was filled."""

    value: Any
    size: int
    fresh_for_s: float | None
    storable: bool = True
    pool: Memory | None = None


type Make = Callable[[Reads], Made]  # notes in its read set what it reads
type Place = tuple[Hashable, Hashable]  # tenant and key


@dataclass(eq=False)
class Fill:
    began: int  # generation of the index
    done: Future[Entry]


def waited_for(done: Future[Entry]) -> Awaitable[Entry]:
    """In the running event loop; whoever leaves cancels nothing."""
    return asyncio.shield(asyncio.wrap_future(done))


def _log_failure(key: Hashable, done: Future[Entry]) -> None:
    error = None if done.cancelled() else done.exception()
    if isinstance(error, Exception):  # not that the process ends
        logger.error("%s could not be renewed; the old one is served", key, exc_info=error)


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
        wait: Callable[[Future[Entry]], Awaitable[Entry]] = waited_for,
    ) -> None:
        self._index = index
        self._hearing = hearing
        self._threads = threads
        self._clock = clock
        self._in_transaction = in_transaction
        self._wait = wait
        self._running: dict[Place, Fill] = {}
        self._tasks: set[asyncio.Task[Entry]] = set()  # one that nobody holds may be collected before its end

    async def fetch(
        self,
        memory: Memory,
        tenant: Any,
        key: Any,
        make: Make,
        shared: Shared | None = None,
        *,
        renewing: bool = False,
    ) -> Entry:
        """A result whose fill began no earlier than now, or that is valid; or one of `shared` that holds
        now. It may be EXPIRED, unless one is `renewing`. One that was changed meanwhile is made again, ROUNDS
        times in all; what is gone by then is never given: UnsettledError. Raises what `make` raises."""
        arrived, rounds = self._index.generation, 0
        while True:
            fill = self._running.get((tenant, key)) or self._start(
                memory, tenant, key, make, shared, renewing=renewing
            )
            rounds += 1
            try:
                entry = await self._wait(fill.done)
            except Exception:
                if fill.began >= arrived:
                    raise
                continue
            state = entry.state(self._index, self._clock())
            if state <= State.EXPIRED:
                return entry
            if rounds >= ROUNDS and fill.began >= arrived:
                if state is State.GONE:
                    raise UnsettledError(f"{key!r} was gone {rounds} times when it was made.")
                return entry

    def renew(self, memory: Memory, tenant: Any, key: Any, make: Make, shared: Shared | None = None) -> None:
        """Make it anew while the old one is served. What goes wrong is logged, since nobody waits for it, and
        is for the next to meet."""
        if (tenant, key) not in self._running:
            fill = self._start(memory, tenant, key, make, shared, renewing=True)
            fill.done.add_done_callback(partial(_log_failure, key))

    def running(self) -> int:
        return len(self._running)

    def is_making(self, tenant: Any, key: Any) -> bool:
        return (tenant, key) in self._running

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
        began = self._index.generation
        if shared is None:
            done = self._threads.submit(self._make, memory, tenant, key, make)
        else:
            done = self._kept(self._obtain(memory, tenant, key, make, shared, renewing))
        fill = self._running[tenant, key] = Fill(began, done)
        done.add_done_callback(lambda _done: self._end((tenant, key), fill))
        return fill

    def _kept(self, work: Coroutine[Any, Any, Entry]) -> Future[Entry]:
        """A task of the process, as a future that nobody can cancel it by."""
        done: Future[Entry] = Future()
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(lambda ended: self._tell(done, ended))
        return done

    def _tell(self, done: Future[Entry], ended: asyncio.Task[Entry]) -> None:
        self._tasks.discard(ended)
        error = asyncio.CancelledError() if ended.cancelled() else ended.exception()
        if done.cancelled():  # with the loop of its last reader
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(ended.result())

    async def _obtain(
        self, memory: Memory, tenant: Any, key: Any, make: Make, shared: Shared, renewing: bool
    ) -> Entry:
        """What others have, or may have soon; else made here, in the name of all of them."""
        found: Entry | Turn | None = None if renewing else await shared.get(tenant, key)
        if found is None:
            found = await shared.turn(tenant, key, renewing=renewing)
        if isinstance(found, Turn):
            work = self._threads.submit(self._make_and_keep, memory, tenant, key, make, shared, found)
            return await asyncio.wrap_future(work)
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

    def _end(self, place: Place, fill: Fill) -> None:
        if self._running.get(place) is fill:
            del self._running[place]

    def _make(self, memory: Memory, tenant: Hashable, key: Hashable, make: Make) -> Entry:
        if self._in_transaction():
            raise FillInTransactionError(f"{key!r} would be filled inside a transaction.")
        made, reads = self._of_one_moment(make)
        ends = [each for each in (made.fresh_for_s, reads.must_end_s) if each is not None]
        entry = Entry(
            made.value,
            made.size,
            reads.stamps,
            reads.tags(),
            made_at=self._clock(),
            fresh_for_s=min(ends) if ends else None,
        )
        if made.storable:
            pool = memory if made.pool is None else made.pool
            if pool is not memory:
                memory.drop(tenant, key)
            pool.put(tenant, key, entry)
        return entry

    def _of_one_moment(self, make: Make) -> tuple[Made, Reads]:
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
            if not self._hearing.trusted():
                self._hearing.confirm(reads.stamps)
            if attempt == ATTEMPTS or self._index.state(reads.stamps, reads.tags()) is State.FRESH:
                return made, reads
        raise AssertionError("unreachable")
