"""Django's own cache on the shared Redis Cluster: django-redis, over the store's connections.

django-redis has no client for clusters. This one sends its commands through the store, so that Django's cache
has the same timeouts and the same circuit breakers, and fails open: a Redis that is away is an empty cache.
Values are MessagePack: plain data, no objects. A key says with `{...}` which others it is to lie with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import Future
from typing import Any, Final

from django_redis.client import DefaultClient
from django_redis.exceptions import ConnectionInterrupted
from redis.commands.core import CoreCommands
from redis.exceptions import ConnectionError

from .client import Store, StoreUnavailableError
from .keys import PREFIX
from .process import store as process_store

EVALS: Final = ("EVAL", "EVALSHA")


def cache_key(key: str, prefix: str, version: int) -> str:
    return f"{PREFIX}:cache:{prefix}:{version}:{key}"


class StoreCommands(CoreCommands):
    """Redis' commands as methods, each about one key."""

    _event_dispatcher = None  # type: ignore[assignment]

    def __init__(self, store: Store) -> None:
        self.store = store

    def begin(self, *words: Any) -> Future[Any]:
        key = words[3] if words[0] in EVALS else words[1]
        return self.store.begin(*words, key=str(key))

    def execute_command(self, *words: Any, **_options: Any) -> Any:
        return result(self.begin(*words))


def result(future: Future[Any]) -> Any:
    """Raises what django-redis takes for a lost connection."""
    try:
        return future.result()
    except StoreUnavailableError as error:
        raise ConnectionError(str(error)) from error


class StoreClient(DefaultClient[Any, Any, Any, Any, Any]):  # type: ignore[misc]
    """Where a command of django-redis is about several keys, they may lie on several nodes."""

    commands: StoreCommands | None = None

    def get_client(self, write: bool = True, tried: list[int] | None = None) -> Any:
        if self.commands is None:
            if process_store is None:
                raise RuntimeError("Django's cache is to be in Redis, and no Redis is named.")
            self.commands = StoreCommands(process_store)
        return self.commands

    def get_client_with_index(self, write: bool = True, tried: list[int] | None = None) -> tuple[Any, int]:
        return self.get_client(), 0

    def get_many(
        self, keys: Collection[str], version: int | None = None, client: Any = None
    ) -> dict[str, Any]:
        commands = client or self.get_client()
        begun = {key: commands.begin("GET", self.make_key(key, version=version)) for key in keys}
        found = self._results(begun)
        return {key: self.decode(value) for key, value in found.items() if value is not None}

    def set_many(
        self, data: dict[str, Any], timeout: Any = None, version: int | None = None, client: Any = None
    ) -> None:
        for key, value in data.items():
            self.set(key, value, timeout, version=version, client=client)

    def delete_many(self, keys: Iterable[str], version: int | None = None, client: Any = None) -> int:
        commands = client or self.get_client()
        begun = {key: commands.begin("DEL", self.make_key(key, version=version)) for key in keys}
        return sum(self._results(begun).values())

    def clear(self, client: Any = None) -> None:
        """Of this cache alone: the cluster holds more than that."""
        pattern = self._backend.key_func("*", self._backend.key_prefix, self._backend.version)
        self.delete_matching(pattern)

    def delete_pattern(self, pattern: str, version: int | None = None, *_rest: Any, **_options: Any) -> int:
        return self.delete_matching(self.make_pattern(pattern, version=version))

    def delete_matching(self, pattern: str) -> int:
        try:
            return int(result(self.get_client().store.delete_matching(str(pattern))))
        except ConnectionError as error:
            raise ConnectionInterrupted(connection=None) from error

    def touch(self, key: str, timeout: Any = None, version: int | None = None, client: Any = None) -> bool:
        try:
            return bool(super().touch(key, timeout, version=version, client=client))
        except ConnectionError as error:
            raise ConnectionInterrupted(connection=None) from error

    def close(self) -> None:
        """Connections are the process's."""

    @staticmethod
    def _results(begun: dict[str, Future[Any]]) -> dict[str, Any]:
        try:
            return {key: result(future) for key, future in begun.items()}
        except ConnectionError as error:
            raise ConnectionInterrupted(connection=None) from error
