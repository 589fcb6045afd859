"""The tag index in Redis: for each stream one hash, on the stream's own slot, that outlives processes.

It answers as `index.StreamIndex` does, and is trusted as far as it has heard and no further: who has heard
more brings it there first. It may lose what it acknowledged (a failover) or be lost altogether.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgpack

from apps.events.follower import Cursor
from apps.store.client import Store
from apps.store.keys import key
from apps.store.scripts import script

from .index import TRIMMED_TO
from .marks import Marks, State
from .tags import VOCABULARY, above

LUA: Final = Path(__file__).parent / "lua"
ADVANCE: Final = script(LUA / "judge.lua", LUA / "stay.lua", LUA / "advance.lua")
STATE: Final = script(LUA / "judge.lua", LUA / "state.lua")
BEGIN: Final = script(LUA / "stay.lua", LUA / "begin.lua")
SHARED_TAGS_MAX: Final = 20_000  # of one stream; trimming them holds the node up for some 50 ms
AT_ONCE: Final = 100  # events in one script, so that it does not hold up others for long

EXACT: Final = {State.CHANGED: "C", State.GONE: "G"}
BELOW: Final = {State.EXPIRED: "e", State.CHANGED: "c", State.GONE: "g"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the index of a stream says; `heard` None: it knows nothing of the stream."""

    state: State
    heard: Cursor | None


def index_key(stream: UUID) -> str:
    return key(stream, "index", str(VOCABULARY))


def with_above(tags: Iterable[str]) -> list[str]:
    """The tags and all that are above them: a mark on one of these is a mark on what is below it."""
    return sorted({each for tag in tags for each in (tag, *above(tag))})


def verdict(state: int, log_id: bytes, heard: bytes) -> Verdict:
    """Of what the script `judge` returns."""
    if state < 0:
        return Verdict(State.GONE, None)
    return Verdict(State(state), Cursor(UUID(log_id.decode()), int(heard)))


class SharedIndex:
    """Raises StoreUnavailableError, out of the futures too."""

    def __init__(self, store: Store, tags_max: int = SHARED_TAGS_MAX) -> None:
        self._store = store
        self._tags_max = tags_max

    async def state(self, stream: UUID, stamp: Cursor, tags: Iterable[str]) -> Verdict:
        known = sorted(tags)
        packed = msgpack.packb([known, with_above(known)])
        said = await self._store.run(STATE, [index_key(stream)], str(stamp.log_id), stamp.position, packed)
        return verdict(*said)

    def heard(self, stream: UUID) -> Cursor | None:
        at = index_key(stream)
        log_id, position = self._store.begin("HMGET", at, "@log", "@heard", key=at).result()
        return Cursor(UUID(log_id.decode()), int(position)) if log_id else None

    def contact(self, stream: UUID, cursor: Cursor) -> None:
        """Begin with a stream here, or anew in another log. One of the same log stays as it is."""
        self._begin(stream, cursor, anew=0)

    def restart(self, stream: UUID, cursor: Cursor) -> None:
        """Begin here, forgetting all that was heard."""
        self._begin(stream, cursor, anew=1)

    def _begin(self, stream: UUID, cursor: Cursor, *, anew: int) -> None:
        where = (str(cursor.log_id), cursor.position)
        self._store.begin_script(BEGIN, [index_key(stream)], *where, anew).result()

    def advance(self, stream: UUID, log_id: UUID, events: Sequence[tuple[int, Marks]]) -> int:
        """Hear events, in order. After a gap all that is older is given up. Returns how far it has heard."""
        heard = 0
        for start in range(0, len(events), AT_ONCE):
            some = events[start : start + AT_ONCE]
            heard = int(self._advance(stream, log_id, some, gap_gives_up=True).result())
        return heard

    def follow(self, stream: UUID, log_id: UUID, events: Sequence[tuple[int, Marks]]) -> Future[Any]:
        """Hear events, AT_ONCE at most, if there is an index that has heard all before them; else leave
        them to whoever finds it behind. Nobody needs to wait."""
        return self._advance(stream, log_id, events, gap_gives_up=False)

    def _advance(
        self, stream: UUID, log_id: UUID, events: Sequence[tuple[int, Marks]], *, gap_gives_up: bool
    ) -> Future[Any]:
        packed = msgpack.packb([[position, list(_fields(marks))] for position, marks in events])
        return self._store.begin_script(
            ADVANCE,
            [index_key(stream)],
            str(log_id),
            self._tags_max,
            int(self._tags_max * TRIMMED_TO),
            int(gap_gives_up),
            packed,
        )


def _fields(marks: Marks) -> Iterable[str]:
    """What is gone has changed as well, but for what expires nothing else follows."""
    for tag, state in marks.exact.items():
        for each in (State.CHANGED, State.GONE)[: state - 1]:
            yield EXACT[each] + tag
    for tag, state in marks.below.items():
        reached = (State.EXPIRED,) if state is State.EXPIRED else (State.CHANGED, State.GONE)[: state - 1]
        for each in reached:
            yield BELOW[each] + tag
