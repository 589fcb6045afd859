"""Query results that many pages share, kept in memory for a short while: L1 of queries.

A result is used only while a read set is being noted, and hands its tags on to it: what is built from
a kept result is dropped with it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from apps.caching.entries import Entry
from apps.caching.marks import State
from apps.caching.memory import Memory
from apps.caching.process import index
from apps.caching.reads import Reads, current_reads

from .projections import Group, select_groups

LIFE_S: Final = 30.0
RESULTS_MB: Final = 64
RESULT_MAX_BYTES: Final = 1_000_000
ROW_BYTES: Final = 400  # about; rows are not measured one by one

results = Memory(RESULTS_MB * 1_000_000)


def groups[T](
    cls: type[T], stream: UUID, key: str, values: Collection[Any], order: Sequence[str] = ()
) -> dict[Any, tuple[T, ...]]:
    """The rows of a projection by each value of a declared key; those not kept are read in one query."""
    reads = current_reads()
    if reads is None:
        found = select_groups(cls, stream, key, values, order)
        return {value: group.rows for value, group in found.items()}
    reads.watch(stream)
    kept = {value: _kept(stream, (cls, key, value, tuple(order))) for value in values}
    missing = [value for value, group in kept.items() if group is None]
    made = select_groups(cls, stream, key, missing, order) if missing else {}
    for value, group in made.items():
        _keep(reads, stream, (cls, key, value, tuple(order)), group)
    together = {**{value: group for value, group in kept.items() if group is not None}, **made}
    for group in together.values():
        reads.note(stream, group.tags)
    return {value: together[value].rows for value in values}


def _kept(stream: UUID, key: Any) -> Group[Any] | None:
    entry = results.get(stream, key)
    if entry is None or entry.state(index, time.monotonic()) is not State.FRESH:
        return None
    group: Group[Any] = entry.value
    return group


def _keep(reads: Reads, stream: UUID, key: Any, group: Group[Any]) -> None:
    size = ROW_BYTES * len(group.rows)
    if size <= RESULT_MAX_BYTES:
        entry = Entry(
            group,
            size,
            {stream: reads.stamps[stream]},
            {stream: group.tags},
            made_at=time.monotonic(),
            fresh_for_s=LIFE_S,
        )
        results.put(stream, key, entry)
