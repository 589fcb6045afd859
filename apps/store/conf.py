"""Settings of the shared store."""

from dataclasses import dataclass

from apps.conf import load, setting

from .addresses import wrong_addresses

PREFIX = "CAIRN_STORE"


@dataclass(frozen=True)
class StoreConf:
    redis_urls: tuple[str, ...] = setting(
        (),
        "Nodes of a Redis Cluster that the processes share; some of its nodes are enough. Empty: without.",
        allowed="`redis://[user:password@]host:port` (`rediss://` with TLS), separated by commas",
        check=wrong_addresses,
    )
    redis_required: bool = setting(
        False, "Do not start while that cluster does not answer. Otherwise: start, and be slower."
    )
    redis_timeout_ms: int = setting(
        250,
        "The longest that anything waits for an answer of Redis, in ms; then it goes on without.",
        least=1,
    )
    redis_connections: int = setting(
        50, "Connections that a process holds to each of its nodes at most.", least=1
    )


conf = load(StoreConf, PREFIX)
