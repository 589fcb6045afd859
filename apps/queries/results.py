"""Query results that many pages share: L1 in this process's memory, L2 in Redis, where there is one.

A result is used only while a read set is being noted, and hands its tags on to it: what is built from
a kept result is dropped with it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Iterable, Sequence
from functools import cache, partial
from typing import Any, Final
from uuid import UUID

from apps.caching.entries import Entry
from apps.caching.marks import State
from apps.caching.memory import Memory
from apps.caching.process import hearing, index, shared_of, threads
from apps.caching.reads import Reads, current_reads, reading
from apps.caching.shared import FRESH_S, Shared, Turn
from apps.caching.sizes import fits
from apps.caching.threads import ReaderThreads
from apps.store.process import store

from .packing import ROW_BYTES, RowsCodec, digest_of
from .projections import Group, select_groups

logger = logging.getLogger(__name__)

LIFE_S: Final = 30.0  # in memory; then Redis is asked again, not the database
RESULTS_MB: Final = 64
RESULT_MAX_BYTES: Final = 1_000_000

results = Memory(RESULTS_MB * 1_000_000)
_renewing: set[Place] = set()

type Question = tuple[str, Any, tuple[str, ...]]  # a declared key, its value, the order
type Place = tuple[type, UUID, Question]


def groups[T](
    cls: type[T], stream: UUID, key: str, values: Collection[Any], order: Sequence[str] = ()
) -> dict[Any, tuple[T, ...]]:
    """The rows of a projection by each value of a declared key; those not kept are read in one query."""
    reads = current_reads()
    if reads is None:
        made = select_groups(cls, stream, key, values, order)
        return {value: group.rows for value, group in made.items()}
    reads.watch(stream)
    questions: dict[Any, Question] = {value: (key, value, tuple(order)) for value in values}
    found = {value: _in_memory(cls, stream, question) for value, question in questions.items()}
    missing = [value for value, entry in found.items() if entry is None]
    if missing:
        found.update(zip(missing, _in_redis(cls, stream, [questions[each] for each in missing]), strict=True))
        missing = [value for value in missing if found[value] is None]
    if missing:
        made = select_groups(cls, stream, key, missing, order)
        found.update({each: _kept(reads, cls, stream, questions[each], made[each]) for each in missing})
    entries = {value: entry for value, entry in found.items() if entry is not None}
    for entry in entries.values():
        reads.note(stream, entry.tags[stream])
    return {value: entries[value].value for value in values}


def _in_memory(cls: type, stream: UUID, question: Question) -> Entry | None:
    entry = results.get(stream, (cls, *question))
    return entry if entry is not None and entry.state(index, time.monotonic()) is State.FRESH else None


def _in_redis(cls: type, stream: UUID, questions: Sequence[Question]) -> Iterable[Entry | None]:
    """What other processes have read, where it holds. The time of one may be over: then it is used once
    more, and read again beside."""
    shared = _shared(cls)
    if shared is None or store is None:
        return [None] * len(questions)
    found = store.submit(_all_of(shared, stream, questions)).result()
    for question, entry in zip(questions, found, strict=True):
        if entry is None:
            continue
        if entry.state(index, time.monotonic()) is State.EXPIRED:
            _renew((cls, stream, question))
        else:
            entry.made_at, entry.fresh_for_s = time.monotonic(), LIFE_S
            results.put(stream, (cls, *question), entry)
    return found


async def _all_of(shared: Shared, stream: UUID, questions: Iterable[Question]) -> list[Entry | None]:
    return await asyncio.gather(*(shared.get(stream, _name(question)) for question in questions))


def _kept(reads: Reads, cls: type, stream: UUID, question: Question, group: Group[Any]) -> Entry:
    """The result as an entry, in memory and in Redis if it is not too large for them."""
    size = ROW_BYTES * len(group.rows)
    stamps, tags = {stream: reads.stamps[stream]}, {stream: group.tags}
    entry = Entry(group.rows, size, stamps, tags, made_at=time.monotonic(), fresh_for_s=LIFE_S)
    if fits("query", f"{cls.__qualname__} by {question}", size, RESULT_MAX_BYTES):
        results.put(stream, (cls, *question), entry)
        shared = _shared(cls)
        if shared is not None:
            lasting = Entry(group.rows, size, stamps, tags, made_at=entry.made_at, fresh_for_s=FRESH_S)
            shared.keep(stream, _name(question), lasting, Turn(None))
    return entry


def _renew(place: Place) -> None:
    if place not in _renewing:
        _renewing.add(place)
        threads.submit(_read_again, place).add_done_callback(partial(_renewed, place))


def _read_again(place: Place) -> None:
    cls, stream, question = place
    key, value, order = question
    with reading(hearing) as reads:
        reads.watch(stream)
        group: Group[Any] = select_groups(cls, stream, key, [value], order)[value]
        _kept(reads, cls, stream, question, group)


def _renewed(place: Place, done: Any) -> None:
    _renewing.discard(place)
    if done.exception() is not None:
        logger.error("A query result could not be renewed", exc_info=done.exception())


def _name(question: Question) -> tuple[str, ...]:
    key, value, order = question
    return key, str(value), *order


@cache
def _shared(cls: type) -> Shared | None:
    """The log is read for it by a thread of its own: those that make pages wait for what it gives."""
    return shared_of("query", RowsCodec(cls), digest_of(cls), _helpers()) if store is not None else None


@cache
def _helpers() -> ReaderThreads:
    return ReaderThreads(1, thread_name_prefix="results")
