"""The caches of this process: one index, one hearing, one memory, one pool of reader threads."""

from __future__ import annotations

import time
from concurrent.futures import Executor
from typing import Final

from django.db import connection

from apps.events import following, wake
from apps.events.models import Event
from apps.store.process import store

from .conf import conf
from .fills import Fills
from .hearing import DatabaseLog, Hearing
from .index import TagIndex
from .marks import presence_of_models
from .memory import Memory
from .replay import Replay
from .shared import Shared
from .shared_index import SharedIndex
from .stored import Codec
from .threads import ReaderThreads

ABSENT_MB: Final = 4

index = TagIndex()
hearing = Hearing(
    index,
    DatabaseLog(),
    clock=time.monotonic,
    confirmed_at=following.confirmed_at,
    presence=presence_of_models,
)
memory = Memory(conf.memory_mb * 1_000_000 // conf.processes)
absent = Memory(ABSENT_MB * 1_000_000)  # pages that are not there: one small pool, so a crawl costs nothing
threads = ReaderThreads(conf.reader_threads, thread_name_prefix="reader")
fills = Fills(
    index,
    hearing,
    threads,
    clock=time.monotonic,
    in_transaction=lambda: connection.in_atomic_block,
)

shared_index = SharedIndex(store) if store else None
replay = Replay(shared_index, DatabaseLog(), presence_of_models) if shared_index else None


following.begins_here.append(hearing.begin)


def listen(event: Event) -> None:
    hearing.listen(event)


def advance_shared_index(event: Event) -> None:
    """For the relay: what a process that crashed, or a command, has not brought to Redis itself."""
    if replay is not None:
        replay.apply(event)


def start() -> None:
    """Bring what this process commits to Redis at once; first of all, since others wait after a commit."""
    if replay is not None and replay.hear not in wake.after_commit:
        wake.after_commit.insert(0, replay.hear)


def shared_of(kind: str, codec: Codec, digest: str, helpers: Executor = threads) -> Shared | None:
    """The shared entries of one kind; None where each process is by itself. `helpers` read the log: never
    threads that wait for an entry."""
    if store is None or shared_index is None or replay is None:
        return None
    return Shared(
        store, shared_index, replay, hearing, helpers, codec,
        kind=kind, digest=digest, clock=time.monotonic, slots=conf.body_slots,
        most=conf.shared_pages,
    )  # fmt: skip
