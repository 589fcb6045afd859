"""What an edge does beside answering: writing its counts down, and making anew what was asked to be warm."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from apps.caching.marks import DROPPED, WARM
from apps.caching.process import absent, memory
from apps.events.models import Event

from .counting import FLUSH_S, Batch, Counts, Key, tidy, write
from .pages import lost
from .sources import LOOK_EVERY_S, newest_change
from .spare import KEEP_EVERY_S, LOOK_EVERY, Spare

logger = logging.getLogger(__name__)

TIDY_EVERY: Final = 120  # flushes
RETRIES_MAX: Final = 20  # batches kept while the database is away

type Warm = Callable[[UUID, str], Coroutine[Any, Any, None]]


class Upkeep:
    """Begins with the first request or the lifespan, on the edge's own loop."""

    def __init__(
        self,
        counts: Counts,
        warm: Warm,
        threads: Executor,
        *,
        spare: Spare | None = None,
        read_often: Callable[[Mapping[Key, int]], None] = lambda _hits: None,
    ) -> None:
        self._spare = spare
        self._read_often = read_often
        self._counts = counts
        self._warm = warm
        self._threads = threads
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._waiting: list[Batch] = []
        self._flushes = 0

    def start(self) -> None:
        if not self._tasks:
            self._loop = asyncio.get_running_loop()
            self._tasks = [self._loop.create_task(self._run())]
            if self._spare:
                self._tasks.append(self._loop.create_task(self._keep_spare(self._spare)))
            if settings.DEBUG:
                self._tasks.append(self._loop.create_task(self._watch_sources()))

    async def stop(self) -> None:
        """The last counts are written before the process goes."""
        if self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._tasks = []
            await self.flush()

    async def flush(self) -> None:
        """A batch that could not be added keeps its id, so that it is added once."""
        while batch := self._counts.take():
            self._waiting.append(batch)
        while self._waiting:
            first = self._waiting[0]
            try:
                await self._in_thread(write, first)
            except Exception:
                logger.exception("Counts of the page cache could not be written down; trying again")
                del self._waiting[:-RETRIES_MAX]
                return
            self._waiting.remove(first)
            if self._spare:
                await self._spare.drop(first)
            await self._tidy(first)

    def call(self, function: Callable[[], None]) -> None:
        """From any thread: run it on the loop."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function)

    def listen(self, event: Event) -> None:
        """In the follower's thread: hand what is to be warm over to the loop."""
        tags = [touch.id for touch in event.touched() if touch.entity == DROPPED and WARM in touch.fields]
        if self._loop is not None and not self._loop.is_closed():
            for tag in tags:
                asyncio.run_coroutine_threadsafe(self._warm(event.stream_id, tag or "*"), self._loop)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            try:
                await self._turn()
            except Exception:  # a task that ends would count on in memory for ever, and write nothing down
                logger.exception("Upkeep of the page cache failed; it goes on")

    async def _turn(self) -> None:
        hits: Counter[Key] = Counter()
        for batch in self._counts.pending():
            hits.update(batch.hits)
        await self.flush()
        await self._in_thread(self._read_often, hits)

    async def _keep_spare(self, spare: Spare) -> None:
        keeps = 0
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            keeps += 1
            try:
                await self._keep(spare, look=keeps % LOOK_EVERY == 0)
            except Exception:
                logger.exception("Counts of the page cache could not be kept in Redis; trying again")

    async def _keep(self, spare: Spare, *, look: bool) -> None:
        pending = self._counts.pending()
        for batch in pending:
            await spare.keep(batch)
        if look:
            own = {batch.id for batch in (*pending, *self._waiting)}
            self._waiting += await spare.orphans(own)

    async def _watch_sources(self) -> None:
        seen = await self._in_thread(newest_change)
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            now = await self._in_thread(newest_change)
            if now != seen:
                seen = now
                memory.clear()
                absent.clear()
                lost.cache_clear()

    async def _tidy(self, batch: Batch) -> None:
        self._flushes += 1
        if self._flushes % TIDY_EVERY == 0:
            try:
                await self._in_thread(tidy, {key[0] for key in batch.seen()})
            except Exception:
                logger.exception(
                    "Old counts of the page cache could not be taken out; the next time they are"
                )

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)
