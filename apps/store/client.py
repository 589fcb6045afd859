"""The client of the shared Redis Cluster: commands and scripts that answer in time or not at all.

Connections belong to one event loop on a thread of its own. Whoever stops waiting, cancelled or out of
patience, leaves the command to end by itself: so no connection is ever left with a reply that the next
command would take for its own.

Whatever is wrong with Redis comes out as StoreUnavailableError: callers do without it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, Final

from redis.exceptions import NoScriptError

from .addresses import address_of
from .breaker import Breaker
from .cluster import NODE_IS_GONE, REDIS_IS_WRONG, Cluster
from .loop import LoopThread
from .scripts import Script

logger = logging.getLogger(__name__)

LOOK_AGAIN_S: Final = 0.5


class StoreUnavailableError(RuntimeError):
    """Redis did not answer in time, or refused. Nothing is known about what it did."""


class Store:
    """`timeout_s` bounds every call as its caller sees it."""

    def __init__(self, urls: Sequence[str], *, timeout_s: float = 0.25, connections: int = 50) -> None:
        self.urls = tuple(urls)
        self.timeout_s = timeout_s
        self.counts: Counter[str] = Counter()  # calls, failures, refused (by an open breaker)
        self._connections = connections
        self._thread = LoopThread("store")
        self._cluster: Cluster | None = None
        self._free = asyncio.Semaphore(connections)
        self._breakers: dict[str, Breaker] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    # -- from anywhere

    async def call(self, *words: Any, key: str) -> Any:
        """What Redis answers to a command about `key`. Raises StoreUnavailableError."""
        return await asyncio.wrap_future(self.begin(*words, key=key))

    def begin(self, *words: Any, key: str) -> Future[Any]:
        """The same, for callers that do not wait, or wait on a thread."""
        return self._thread.submit(self._in_time(key, partial(self._command, key, words)))

    async def run(self, script: Script, keys: Sequence[str], *arguments: Any) -> Any:
        """What a script returns; all keys have the same tag in braces. Raises StoreUnavailableError."""
        return await asyncio.wrap_future(self.begin_script(script, keys, *arguments))

    def begin_script(self, script: Script, keys: Sequence[str], *arguments: Any) -> Future[Any]:
        return self._thread.submit(self._in_time(keys[0], partial(self._script, script, keys, arguments)))

    def submit[T](self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine that asks for several things: for callers on threads."""
        return self._thread.submit(work)

    def delete_matching(self, pattern: str) -> Future[int]:
        """Every key of every node is looked at: not for requests. Takes as long as it takes."""
        return self._thread.submit(self._delete_matching(pattern))

    def connect(self, timeout_s: float) -> None:
        """Learn the cluster's nodes. Raises what redis-py says is wrong, or TimeoutError."""
        self._thread.submit(asyncio.wait_for(self._known(), timeout_s)).result()

    def forget(self) -> None:
        """Begin anew. For a forked child: connections and threads are its parent's."""
        self._thread = LoopThread("store")
        self._cluster, self._free = None, asyncio.Semaphore(self._connections)
        self._breakers, self._tasks = {}, set()

    def close(self) -> None:
        if self._cluster is not None:
            self._thread.submit(self._close()).result()
        self._thread.stop()
        self.forget()

    # -- on the loop of the thread

    async def _in_time(self, key: str, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        self.counts["calls"] += 1
        node = self._node_of(key)
        breaker = self._breakers.setdefault(node, Breaker())
        if breaker.is_open:
            self.counts["refused"] += 1
            raise StoreUnavailableError(f"{node} does not answer; it is asked again every {LOOK_AGAIN_S} s")
        task = self._keep(work())
        done, _ = await asyncio.wait({task}, timeout=self.timeout_s)
        error = task.exception() if done else TimeoutError(f"no answer within {self.timeout_s} s")
        if error is None:
            breaker.succeeded()
            return task.result()
        self.counts["failures"] += 1
        if not isinstance(error, REDIS_IS_WRONG):
            raise error
        if isinstance(error, NODE_IS_GONE):
            if breaker.failed():
                logger.warning("Redis at %s does not answer; going on without it: %s", node, error)
                self._keep(self._look_again(node, breaker, key))
        else:
            logger.warning("Redis refused a command about %s: %s", key, error)
        raise StoreUnavailableError(f"{node}: {error}") from error

    async def _command(self, key: str, words: Sequence[Any]) -> Any:
        cluster = await self._known()
        async with self._free:
            return await cluster.execute(key, words)

    async def _script(self, script: Script, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        rest = (len(keys), *keys, *arguments)
        try:
            return await self._command(keys[0], ("EVALSHA", script.digest, *rest))
        except NoScriptError:
            return await self._command(keys[0], ("EVAL", script.source, *rest))

    async def _delete_matching(self, pattern: str) -> int:
        deleted = 0
        try:
            cluster = await self._known()
            async for name in cluster.matching(pattern):
                deleted += await self._command(name, ("DEL", name))
        except REDIS_IS_WRONG as error:
            raise StoreUnavailableError(str(error)) from error
        return deleted

    async def _known(self) -> Cluster:
        """The cluster, its nodes known."""
        if self._cluster is None:
            addresses = [address_of(url) for url in self.urls]
            self._cluster = Cluster(addresses, timeout_s=self.timeout_s, connections=self._connections)
        if not self._cluster.is_known:
            await self._cluster.learn()
        return self._cluster

    def _node_of(self, key: str) -> str:
        """The name of the node that has a key, as far as is known."""
        try:
            return str(self._cluster.node_of(key).name) if self._cluster else ""
        except REDIS_IS_WRONG:
            return ""

    async def _look_again(self, node: str, breaker: Breaker, key: str) -> None:
        """Until the key's node answers: this one, or the one that took over from it."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            try:
                if self._cluster is not None:
                    await self._cluster.learn(node)
                await self._command(key, ("EXISTS", key))
            except REDIS_IS_WRONG:
                continue
            breaker.succeeded()
            logger.warning("Redis answers again in place of %s", node)
            return

    def _keep(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """A task that nobody needs to wait for: it ends by itself, within its connection's timeouts."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    async def _close(self) -> None:
        """What is on its way gets its time to arrive."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.timeout_s)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._cluster is not None:
            await self._cluster.close()
            self._cluster = None
