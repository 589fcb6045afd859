"""The caches of this process: one index, one hearing, one memory, one pool of reader threads."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.db import connection

from apps.events import following
from apps.events.models import Event

from .conf import conf
from .fills import Fills
from .hearing import DatabaseLog, Hearing
from .index import TagIndex
from .marks import presence_of_models
from .memory import Memory

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
threads = ThreadPoolExecutor(conf.reader_threads, thread_name_prefix="reader")
fills = Fills(
    index,
    hearing,
    threads,
    clock=time.monotonic,
    in_transaction=lambda: connection.in_atomic_block,
)


following.begins_here.append(hearing.begin)


def listen(event: Event) -> None:
    hearing.listen(event)
