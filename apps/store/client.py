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
from contextlib import suppress
from functools import partial
from typing import Any, Final

from redis._parsers import AsyncCommandsParser
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    ClusterDownError,
    ConnectionError,
    NoScriptError,
    RedisClusterException,
    RedisError,
    SlotNotCoveredError,
    TimeoutError,
)

from .addresses import address_of
from .breaker import Breaker
from .loop import LoopThread
from .scripts import Script

logger = logging.getLogger(__name__)

LOOK_AGAIN_S: Final = 0.5
SCANNED_AT_ONCE: Final = 1000
REDIS_IS_WRONG: Final = (RedisError, RedisClusterException, OSError)
NODE_IS_GONE: Final = (
    ConnectionError,
    TimeoutError,
    ClusterDownError,
    SlotNotCoveredError,
    RedisClusterException,
    OSError,
)


class StoreUnavailableError(RuntimeError):
    """Redis did not answer in time, or refused. Nothing is known about what it did."""


class FirstWordIsKey(AsyncCommandsParser):
    """redis-py asks one node for all commands there are, to learn where their keys stand; while that node is
    down it could use none of the others. Here the first word is the key (scripts it knows by itself)."""

    async def initialize(self, node: Any = None) -> None:
        self.node = node

    async def get_keys(self, *words: Any) -> tuple[str, ...]:
        return (words[1],)


class Store:
    """`timeout_s` bounds every call as its caller sees it."""

    def __init__(self, urls: Sequence[str], *, timeout_s: float = 0.25, connections: int = 50) -> None:
        self.urls = tuple(urls)
        self.timeout_s = timeout_s
        self.counts: Counter[str] = Counter()  # calls, failures, refused (by an open breaker)
        self._connections = connections
        self._thread = LoopThread("store")
        self._redis: RedisCluster | None = None
        self._free = asyncio.Semaphore(connections)
        self._breakers: dict[str, Breaker] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    # -- from anywhere

    async def call(self, *words: Any, key: str) -> Any:
        """What Redis answers to a command about `key`. Raises StoreUnavailableError."""
        return await asyncio.wrap_future(self.begin(*words, key=key))

    def begin(self, *words: Any, key: str) -> Future[Any]:
        """The same, for callers that do not wait, or wait on a thread."""
        return self._thread.submit(self._in_time(key, partial(self._command, words)))

    async def run(self, script: Script, keys: Sequence[str], *arguments: Any) -> Any:
        """What a script returns; all keys have the same tag in braces. Raises StoreUnavailableError."""
        return await asyncio.wrap_future(self.begin_script(script, keys, *arguments))

    def begin_script(self, script: Script, keys: Sequence[str], *arguments: Any) -> Future[Any]:
        return self._thread.submit(self._in_time(keys[0], partial(self._script, script, keys, arguments)))

    def delete_matching(self, pattern: str) -> Future[int]:
        """Every key of every node is looked at: not for requests. Takes as long as it takes."""
        return self._thread.submit(self._delete_matching(pattern))

    def connect(self, timeout_s: float) -> None:
        """Learn the cluster's nodes. Raises what redis-py says is wrong, or TimeoutError."""
        self._thread.submit(asyncio.wait_for(self._ready(), timeout_s)).result()

    def forget(self) -> None:
        """Begin anew. For a forked child: connections and threads are its parent's."""
        self._thread = LoopThread("store")
        self._redis, self._free = None, asyncio.Semaphore(self._connections)
        self._breakers, self._tasks = {}, set()

    def close(self) -> None:
        if self._redis is not None:
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

    async def _command(self, words: Sequence[Any]) -> Any:
        redis = await self._ready()
        async with self._free:
            return await redis.execute_command(*words)

    async def _script(self, script: Script, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        rest = (len(keys), *keys, *arguments)
        try:
            return await self._command(("EVALSHA", script.digest, *rest))
        except NoScriptError:
            return await self._command(("EVAL", script.source, *rest))

    async def _delete_matching(self, pattern: str) -> int:
        deleted = 0
        try:
            redis = await self._ready()
            for node in redis.get_primaries():
                at = None
                while at != 0:
                    scan = ("SCAN", at or 0, "MATCH", pattern, "COUNT", SCANNED_AT_ONCE)
                    at, found = await node.execute_command(*scan)
                    for name in found:
                        deleted += await redis.execute_command("DEL", name)
        except REDIS_IS_WRONG as error:
            raise StoreUnavailableError(str(error)) from error
        return deleted

    async def _ready(self, failed: str | None = None) -> RedisCluster:
        """The client, its nodes known. `failed`: the node to ask last."""
        if self._redis is None:
            self._redis = self._client()
        await self._redis.initialize(last_failed_node_name=failed)
        return self._redis

    def _client(self) -> RedisCluster:
        addresses = [address_of(url) for url in self.urls]
        way = addresses[0]
        redis = RedisCluster(
            startup_nodes=[ClusterNode(each.host, each.port) for each in addresses],
            username=way.username,
            password=way.password,
            ssl=way.tls,
            max_connections=self._connections + 2,  # beside commands: what learns the nodes
            require_full_coverage=False,
            retry=Retry(NoBackoff(), 1),
            socket_timeout=self.timeout_s,
            socket_connect_timeout=self.timeout_s,
        )
        redis.commands_parser = FirstWordIsKey()
        return redis

    def _node_of(self, key: str) -> str:
        """The node that has a key, as far as is known."""
        if self._redis is None:
            return ""
        try:
            node = self._redis.get_node_from_key(key)
        except REDIS_IS_WRONG:
            return ""
        return node.name if node is not None else ""

    async def _look_again(self, node: str, breaker: Breaker, key: str) -> None:
        """Until the key's node answers: this one, or the one that took over from it."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_S)
            try:
                await self._command(("EXISTS", key))
            except REDIS_IS_WRONG:
                with suppress(*REDIS_IS_WRONG):  # here, so that no other command has to
                    await self._ready(node)
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
        if self._redis is not None:
            await self._redis.aclose()
            self._redis = None
