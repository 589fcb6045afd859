"""Redis as the stage sees it: the shipped client and a real cluster, whose answers take their time.

Each command is an actor's, so those that nobody waits for arrive late and in another order. Calls to
asyncio are answered by the stage: nothing that the caches do in an event loop escapes the schedule.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final

import redis

from apps.store.client import Store, StoreUnavailableError
from apps.store.scripts import Script
from tests.caching.futures import Outcome, Threads

if TYPE_CHECKING:
    from tests.caching.world import World

SECOND_MS: Final = 1000

type Kept = list[tuple[redis.Redis, bytes, int, bytes]]


class Masters:
    """What happens to the cluster behind the back of its clients. One schedule at a time uses it."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._nodes = [redis.Redis(port=port) for port in ports]

    def flush(self) -> None:
        for node in self._nodes:
            node.flushall()

    def kept(self) -> Kept:
        """What replicas have that get nothing from now on; no leases, whose lives are real seconds."""
        return [
            (node, name, node.pttl(name), node.dump(name))
            for node in self._nodes
            for name in node.keys("*")
            if b":lease:" not in name
        ]

    def take_over(self, kept: Kept) -> None:
        """Those replicas become masters: what was acknowledged since is lost."""
        self.flush()
        for node, name, life_ms, data in kept:
            node.restore(name, max(0, life_ms), data)

    def close(self) -> None:
        for node in self._nodes:
            node.close()


class Network:
    """In place of a Store. One command in so many as `loses` says is lost, or its answer is."""

    def __init__(self, store: Store, masters: Masters, chance: random.Random) -> None:
        self.masters = masters
        self.loses = 0.0
        self.world: World
        self._store = store
        self._chance = chance

    def begin(self, *words: Any, key: str) -> Outcome:
        return self._sent(lambda: self._store.begin(*words, key=key).result())

    def begin_script(self, script: Script, keys: Sequence[str], *arguments: Any) -> Outcome:
        return self._sent(lambda: self._store.begin_script(script, keys, *arguments).result())

    async def call(self, *words: Any, key: str) -> Any:
        said = self.begin(*words, key=key).result()
        return _in_seconds(said) if words[0] == "PTTL" else said

    async def run(self, script: Script, keys: Sequence[str], *arguments: Any) -> Any:
        said = self.begin_script(script, keys, *arguments).result()
        if isinstance(said, list) and len(said) == 5:  # how long a run really takes is none of its business
            said[3] = _in_seconds(said[3])
        return said

    def _sent(self, command: Callable[[], Any]) -> Outcome:
        luck = self._chance.random()

        def run() -> Any:
            said = command() if luck >= self.loses / 2 else None
            if luck < self.loses:
                self.world.seen["lost in the network"] += 1
                raise StoreUnavailableError("lost")
            return said

        return Outcome.of(self.world.stage, "command", run)


def _in_seconds(left_ms: int) -> int:
    return -(-left_ms // SECOND_MS) * SECOND_MS


class Loop:
    """What the caches ask asyncio for."""

    CancelledError = asyncio.CancelledError

    def __init__(self, world: World) -> None:
        self._world = world

    def get_running_loop(self) -> Loop:
        return self

    def create_task(self, work: Coroutine[Any, Any, Any]) -> Outcome:
        return Outcome.of(self._world.stage, "task", ended, work)

    def run_in_executor(self, threads: Threads, function: Callable[..., Any], *arguments: Any) -> Any:
        return self.wrap_future(threads.submit(function, *arguments))

    async def wrap_future(self, done: Outcome) -> Any:
        return done.result()

    async def gather(self, *works: Coroutine[Any, Any, Any]) -> list[Any]:
        """One after the other; what comes after one that fails is not begun."""
        try:
            return [await each for each in works]
        finally:
            for each in works:
                each.close()

    async def let_pass(self, seconds: float) -> None:
        """Nobody waits: the stage's clock is moved on, and another may act."""
        self._world.now += seconds
        self._world.stage.point()

    sleep = let_pass  # as asyncio calls it


def ended(work: Coroutine[Any, Any, Any]) -> Any:
    """What comes of a coroutine that waits only for what is on the stage."""
    try:
        work.send(None)
    except StopIteration as stopped:
        return stopped.value
    raise AssertionError("it waits for something that is not on the stage")
