"""Both tag indexes, of this process and in Redis, as tests ask them: one stream, nothing asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID, uuid4

from apps.caching.index import StreamIndex
from apps.caching.marks import Marks, State
from apps.caching.shared_index import SharedIndex, index_key
from apps.events.follower import Cursor
from apps.store.client import Store

LOG = UUID(int=1)


class Index(Protocol):
    def advance(self, cursor: Cursor, marks: Marks) -> None: ...

    def state(self, stamp: Cursor, tags: Iterable[str]) -> State: ...

    def stands(self) -> tuple[UUID, int, int]:
        """Log, floor and heard."""


class InProcess:
    def __init__(self, cursor: Cursor, tags_max: int) -> None:
        self.index = StreamIndex(cursor, tags_max)
        self.advance = self.index.advance
        self.state = self.index.state

    def stands(self) -> tuple[UUID, int, int]:
        cursor = self.index.cursor
        return cursor.log_id, self.index.floor, cursor.position


class InRedis:
    def __init__(self, store: Store, cursor: Cursor, tags_max: int) -> None:
        self.store = store
        self.stream = uuid4()
        self.index = SharedIndex(store, tags_max)
        self.index.contact(self.stream, cursor)

    def advance(self, cursor: Cursor, marks: Marks) -> None:
        self.index.advance(self.stream, cursor.log_id, [(cursor.position, marks)])

    def state(self, stamp: Cursor, tags: Iterable[str]) -> State:
        return asyncio.run(self.index.state(self.stream, stamp, tags)).state

    def stands(self) -> tuple[UUID, int, int]:
        name = index_key(self.stream)
        log_id, floor, heard = self.store.begin("HMGET", name, "@log", "@floor", "@heard", key=name).result()
        return UUID(log_id.decode()), int(floor), int(heard)
