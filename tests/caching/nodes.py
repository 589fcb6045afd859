"""A site of several processes without servers: one log in memory, one Redis, and for each process its own
index, hearing, memory and fills - the shipped classes all of them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

from apps.caching.fills import Fills, Made
from apps.caching.hearing import REPLAY_MAX, Hearing
from apps.caching.index import TagIndex
from apps.caching.memory import Memory
from apps.caching.reads import Reads
from apps.caching.replay import Replay
from apps.caching.shared import ENTRIES_MAX, LEASE_S, Shared
from apps.caching.shared_index import SharedIndex
from apps.caching.tags import key_tag
from apps.events.follower import Cursor
from apps.events.models import Event
from apps.events.touches import Touch
from apps.store.client import Store

KEY = ("public", "/hut/")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Log:
    """The log's tables, and the one row of each stream that pages show."""

    def __init__(self) -> None:
        self.log_id = uuid4()
        self.events: dict[UUID, list[Event]] = {}
        self.rows: dict[UUID, str] = {}

    def cursor(self, stream: UUID) -> Cursor:
        return Cursor(self.log_id, len(self.events.get(stream, ())))

    def after(self, stream: UUID, position: int) -> list[Event]:
        return self.events.get(stream, [])[position:][:REPLAY_MAX]

    def commit(self, stream: UUID, text: str | None, op: str = "~") -> Event:
        """Write the row, or (None) something that nobody shows."""
        column = "title" if text is not None else "unseen"
        if text is not None:
            self.rows[stream] = text
        events = self.events.setdefault(stream, [])
        touch = Touch("document", op, (column,), "1")  # type: ignore[arg-type]
        event = Event(stream_id=stream, position=len(events) + 1, touches=[touch.to_json()])
        event.log_id = self.log_id
        events.append(event)
        return event


class Codec:
    def dump(self, value: Any) -> bytes | None:
        return None if value == "not shared" else str(value).encode()

    def load(self, data: bytes, left_s: float) -> str:
        return data.decode()

    def size_of(self, value: str) -> int:
        return len(value)


class Process:
    def __init__(
        self,
        store: Store,
        log: Log,
        *,
        digest: str = "d",
        lease_s: float = LEASE_S,
        slots: int = 1,
        most: int = ENTRIES_MAX,
        clock: Clock | None = None,
    ) -> None:
        self.log = log
        self.clock = clock or Clock()
        self.hears = True
        self.made: list[str] = []
        self.may_make = threading.Event()
        self.may_make.set()
        self.making = threading.Event()
        self.index = TagIndex()
        self.hearing = Hearing(
            self.index,
            log,
            clock=self.clock,
            confirmed_at=lambda: self.clock() if self.hears else float("-inf"),
            presence=dict,
        )
        self.memory = Memory(10_000_000)
        self.threads = ThreadPoolExecutor(4)
        self.fills = Fills(
            self.index, self.hearing, self.threads, clock=self.clock, in_transaction=lambda: False
        )
        self.shared_index = SharedIndex(store)
        self.replay = Replay(self.shared_index, log, dict)
        self.shared = Shared(
            store, self.shared_index, self.replay, self.hearing, self.threads, Codec(),
            kind="page", digest=digest, clock=self.clock, lease_s=lease_s, slots=slots, most=most,
        )  # fmt: skip

    def hear(self, *events: Event) -> None:
        for event in events:
            self.hearing.listen(event)

    def commit(self, stream: UUID, text: str | None, op: str = "~") -> Event:
        """As a process that writes does: hears itself at once, and brings it to Redis."""
        event = self.log.commit(stream, text, op)
        self.hear(event)
        self.replay.hear([event])
        return event

    async def page(self, stream: UUID, others: Iterable[UUID] = (), key: tuple[str, ...] = KEY) -> str:
        """As the edge does: from memory while it is fresh, else by a fill."""
        entry = self.memory.get(stream, key)
        if entry is None or entry.state(self.index, self.clock()):
            entry = await self.fills.fetch(
                self.memory, stream, key, lambda reads: self.make(reads, stream, others), self.shared
            )
        return str(entry.value)

    def make(self, reads: Reads, stream: UUID, others: Iterable[UUID] = ()) -> Made:
        texts = []
        for each in (stream, *others):
            reads.watch(each)
            reads.note(each, {key_tag("document", "id", "1", "title")})
            texts.append(self.log.rows[each])
        self.making.set()
        assert self.may_make.wait(30)
        text = " ".join(texts)
        self.made.append(text)
        return Made(text, len(text), 60.0)

    def close(self) -> None:
        self.threads.shutdown()


def settled(store: Store, process: Process, stream: UUID) -> None:
    """Returns when Redis has heard what the process has."""
    process.replay.bring(stream, process.log.cursor(stream))


def run(awaitable: Any) -> Any:
    return asyncio.run(awaitable)
