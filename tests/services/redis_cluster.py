"""A real Redis Cluster of throw-away processes: three masters, each with a replica, on loopback."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import redis
from redis.crc import key_slot

from tests.services.postgresql import free_port

CONF = Path(__file__).resolve().parents[2] / "deploy" / "redis" / "redis.conf"
MASTERS = 3
SLOTS = 16384
STARTS = 3
FORM_S = 120  # a machine with other work to do may stand still for long
POLL_S = 0.02  # Redis tells nobody when a cluster is formed: it has to be asked
# Nothing here outlives the tests, and the machine has other uses for its memory.
OPTIONS = (
    *("--appendfsync", "no", "--maxmemory", "64mb", "--loglevel", "warning"),
    *("--repl-diskless-sync-delay", "0"),  # a master would wait for a second replica
)


def binary() -> str | None:
    return shutil.which("redis-server")


@dataclass
class Node:
    folder: Path
    port: int = field(default_factory=free_port)
    bus_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it answers; raises RuntimeError with its log when it ends instead."""
        self.folder.mkdir(parents=True, exist_ok=True)
        ports = ["--port", str(self.port), "--cluster-port", str(self.bus_port)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(binary()), str(CONF), *ports, "--dir", str(self.folder), *OPTIONS],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until(self._answers, f"{self.url} to answer")

    def _answers(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise RuntimeError(f"{self.url} did not start:\n{(self.folder / 'log').read_text()}")
        return bool(self.call("PING"))

    def call(self, *words: Any) -> Any:
        """What this node itself answers."""
        with redis.Redis(port=self.port, socket_timeout=2, decode_responses=True) as client:
            return client.execute_command(*words)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def hold(self) -> None:
        """It stands still: it neither answers nor takes over."""
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)

    def release(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)


class RedisCluster:
    """`masters[i]` begins with `replicas[i]`; a failover may have turned them round."""

    def __init__(self, folder: Path) -> None:
        self.masters = [Node(folder / f"master-{number}") for number in range(MASTERS)]
        self.replicas = [Node(folder / f"replica-{number}") for number in range(MASTERS)]

    @property
    def nodes(self) -> list[Node]:
        return [*self.masters, *self.replicas]

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(node.url for node in self.nodes)

    def start(self) -> None:
        """All of it, or nothing is left running."""
        try:
            for node in self.nodes:
                node.start()
            self.form()
        except BaseException:
            self.stop()
            raise

    def form(self) -> None:
        """Makes one cluster of nodes that run; returns when it is whole."""
        each = SLOTS // MASTERS + 1
        for number, node in enumerate(self.masters):
            last = min(SLOTS, (number + 1) * each) - 1
            node.call("CLUSTER", "ADDSLOTSRANGE", number * each, last)
            node.call("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        until(self._all_have_met, "all nodes to know each other")
        for master, replica in zip(self.masters, self.replicas, strict=True):
            until(partial(replica.call, "CLUSTER", "REPLICATE", master.call("CLUSTER", "MYID")), "a replica")
        self.settle()

    def settle(self) -> None:
        """Returns when all slots are served, and each master's replica follows it."""
        until(self._is_whole, "the cluster to be whole")

    def master_of(self, key: str) -> tuple[Node, Node]:
        """The node that has a key now, and the one that follows it."""
        slot = key_slot(key.encode())
        for pair in zip(self.masters, self.replicas, strict=True):
            for node, other in (pair, pair[::-1]):
                role = node.call("ROLE") if node.process else [""]
                if role[0] == "master" and _has(node, slot):
                    return node, other
        raise LookupError(f"no node has the slot {slot} of {key!r}")

    def flush(self) -> None:
        for node in self.nodes:
            if node.process and node.call("ROLE")[0] == "master":
                node.call("FLUSHALL")

    def heal(self) -> None:
        """After a test that killed or held nodes: all run again, and are whole."""
        for node in self.nodes:
            node.release()
            if node.process is None:
                node.start()
        self.settle()

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()

    def _all_have_met(self) -> bool:
        """Introduces those whom the first does not know: one that stands still at a meeting is forgotten."""
        first = self.masters[0]
        known = first.call("CLUSTER NODES")
        for node in self.nodes[1:]:
            if f"127.0.0.1:{node.port}" not in known:
                first.call("CLUSTER", "MEET", "127.0.0.1", node.port, node.bus_port)
        return all(
            node.call("CLUSTER INFO")["cluster_known_nodes"] == str(len(self.nodes)) for node in self.nodes
        )

    def _is_whole(self) -> bool:
        infos = [node.call("CLUSTER INFO") for node in self.nodes]
        if any(i["cluster_state"] != "ok" or i["cluster_slots_ok"] != str(SLOTS) for i in infos):
            return False
        roles = [node.call("ROLE") for node in self.nodes]
        following = [role for role in roles if role[0] == "slave" and role[3] == "connected"]
        led = [role for role in roles if role[0] == "master" and len(role[2]) == 1]
        return len(following) == len(led) == MASTERS


def _has(node: Node, slot: int) -> bool:
    """Whether the node says that the slot is its own."""
    own = next(said for said in node.call("CLUSTER NODES").values() if "myself" in said["flags"])
    return any(int(part[0]) <= slot <= int(part[-1]) for part in own["slots"])


def until(condition: Callable[[], bool], what: str, timeout_s: float = FORM_S) -> None:
    """Raises TimeoutError with `what` if it does not become true: it is not while Redis gives no answer."""
    end = time.monotonic() + timeout_s
    pause = threading.Event()
    last: redis.RedisError | None = None
    while True:
        try:
            if condition():
                return
            last = None
        except redis.RedisError as error:
            last = error
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout_s} s for {what}") from last
        pause.wait(POLL_S)


@contextmanager
def redis_cluster() -> Iterator[RedisCluster]:
    """Formed and whole; stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="cairn-redis-"))
    try:
        cluster = _started(folder)
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path) -> RedisCluster:
    """Of twelve ports, others who start at the same time may take one: then with twelve others."""
    for attempt in range(1, STARTS):
        cluster = RedisCluster(folder / str(attempt))
        with suppress(RuntimeError):
            cluster.start()
            return cluster
    cluster = RedisCluster(folder / str(STARTS))
    cluster.start()
    return cluster
