"""Which node of a Redis Cluster has a key, and commands to that node. Used on one event loop.

redis-py's own client learns the nodes anew within whatever command comes next after a failure, and asks those
that stand still as well: one dead node would then cost the others its timeout. Here that is learnt beside the
commands, when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.exceptions import (
    ClusterDownError,
    ConnectionError,
    MovedError,
    RedisClusterException,
    RedisError,
    SlotNotCoveredError,
    TimeoutError,
)

from .addresses import Address

SCANNED_AT_ONCE: Final = 1000
HOPS_MAX: Final = 4
REDIS_IS_WRONG: Final = (RedisError, RedisClusterException, OSError)
NODE_IS_GONE: Final = (
    ConnectionError,
    TimeoutError,
    ClusterDownError,
    SlotNotCoveredError,
    RedisClusterException,
    OSError,
)


class Cluster:
    """`connections` to each node; who asks for more gets an error, so callers take turns."""

    def __init__(self, addresses: Sequence[Address], *, timeout_s: float, connections: int) -> None:
        way = addresses[0]
        self._redis = RedisCluster(
            startup_nodes=[ClusterNode(each.host, each.port) for each in addresses],
            username=way.username,
            password=way.password,
            ssl=way.tls,
            max_connections=connections + 2,  # beside commands: what learns the nodes
            require_full_coverage=False,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
        )
        self.is_known = False

    async def learn(self, failed: str | None = None) -> None:
        """Which node has which keys. `failed`: the node to ask last."""
        await self._redis.nodes_manager.initialize(last_failed_node_name=failed)
        self.is_known = True

    def node_of(self, key: str) -> ClusterNode:
        """Raises SlotNotCoveredError where none is known."""
        node: ClusterNode | None = self._redis.get_node_from_key(key)
        if node is None:
            raise SlotNotCoveredError(f"No node has {key}.")
        return node

    async def execute(self, key: str, words: Sequence[Any]) -> Any:
        """What the key's node answers. Raises what REDIS_IS_WRONG names."""
        is_second = False
        for _hop in range(HOPS_MAX):
            node = self.node_of(key)
            try:
                return await node.execute_command(*words)
            except MovedError as moved:
                await self._redis.nodes_manager.move_slot(moved)
            except ConnectionError:
                if is_second:
                    raise
                is_second = True  # a node that was started again has closed what was open before
                await node.disconnect_free_connections()
        raise SlotNotCoveredError(f"{key} was sent from node to node {HOPS_MAX} times.")

    async def matching(self, pattern: str) -> AsyncIterator[str]:
        """Keys of all nodes."""
        for node in self._redis.get_primaries():
            at = None
            while at != 0:
                scan = ("SCAN", at or 0, "MATCH", pattern, "COUNT", SCANNED_AT_ONCE)
                at, found = await node.execute_command(*scan)
                for name in found:
                    yield name.decode()

    async def close(self) -> None:
        nodes = self._redis.nodes_manager
        for node in (*nodes.startup_nodes.values(), *nodes.nodes_cache.values()):
            await node.disconnect()
