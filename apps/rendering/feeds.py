"""Feeds: a page that a thread makes, followed by the request that waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from .conf import conf
from .parts import Arrival
from .shells import Shell, later


@dataclass(frozen=True)
class Begun:
    shell: Shell
    language: str
    cache_control: str


class Feed:
    """Made in the event loop that follows it, told from the thread. A page that is made once more,
    because rows had changed meanwhile, is not told again: a response says one thing."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._begun: asyncio.Future[Begun] = self._loop.create_future()
        self._arrived: asyncio.Queue[Arrival | None] = asyncio.Queue()
        self._rounds = 0

    def begin(self, begun: Begun) -> None:
        self._rounds += 1
        if self._rounds == 1:
            self._loop.call_soon_threadsafe(self._begun.set_result, begun)

    def add(self, arrival: Arrival) -> None:
        if self._rounds == 1:
            self._loop.call_soon_threadsafe(self._arrived.put_nowait, arrival)

    def end(self) -> None:
        if self._rounds == 1:
            self._loop.call_soon_threadsafe(self._arrived.put_nowait, None)

    async def begins(self, filling: asyncio.Task[Any]) -> Begun | None:
        """The shell, once its parts have had their time; None where all is there, or where `filling` is not
        told here."""
        filling.add_done_callback(self._over)
        await asyncio.wait((self._begun, filling), return_when=asyncio.FIRST_COMPLETED)
        if self._begun.done():
            await asyncio.wait((filling,), timeout=conf.part_patience_ms / 1000)
        return None if filling.done() else self._begun.result()

    async def chunks(self, begun: Begun, *, native: bool) -> AsyncIterator[bytes]:
        """The response but for its end."""
        yield begun.shell.first(native=native)
        while (arrival := await self._arrived.get()) is not None:
            yield later(arrival, native=native)

    def _over(self, filling: asyncio.Task[Any]) -> None:
        """Also when it failed on the way, or when whoever waited for it has left."""
        self._arrived.put_nowait(None)
        if not filling.cancelled():
            filling.exception()
