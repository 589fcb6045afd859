"""The read set of a fill: what it reads, noted while it reads.

    with reading(hearing) as reads:
        html = render()                # projections note themselves
    reads.stamps, reads.tags()

A stream is stamped before its first read, so a write during the fill is newer than the stamp.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Protocol
from uuid import UUID

from apps.events.follower import Cursor

from .index import Stamps, Tags
from .tags import rolled_up

NEVER: Final = -1  # a stamp below every floor
TAGS_MAX = 600  # of one entry and stream; above they are rolled up


class Contacts(Protocol):
    def contact(self, stream: UUID) -> Cursor:
        """How far the tag index has heard the stream."""


class Reads:
    def __init__(self, hearing: Contacts) -> None:
        self.stamps: dict[UUID, Cursor] = {}
        self.must_end_s: float | None = None
        self._hearing = hearing
        self._tags: dict[UUID, set[str]] = {}
        self._rolled_up: Mapping[UUID, frozenset[str]] | None = None  # until something more is noted

    def watch(self, stream: UUID) -> None:
        """Called before anything of the stream is read."""
        if stream not in self.stamps:
            self.stamps[stream] = self._hearing.contact(stream)
            self._tags[stream] = set()
            self._rolled_up = None

    def note(self, stream: UUID, tags: Iterable[str]) -> None:
        if stream not in self.stamps:
            raise LookupError(f"The stream {stream} was read before it was watched.")
        self._tags[stream].update(tags)
        self._rolled_up = None

    def include(self, stamps: Stamps, tags: Tags) -> None:
        """Take over what a part was built from. The part was found valid after its streams were watched
        here, or brings an older stamp, which then counts. Parts of two logs fit together in neither."""
        for stream, stamp in stamps.items():
            own = self.stamps.get(stream)
            if own is None:
                self.stamps[stream] = stamp
            elif stamp.log_id != own.log_id:
                self.stamps[stream] = Cursor(own.log_id, NEVER)
            elif stamp.position < own.position:
                self.stamps[stream] = stamp
            self._tags.setdefault(stream, set()).update(tags.get(stream, ()))
        self._rolled_up = None

    def merge(self, part: Reads) -> None:
        """Take over what was noted on another thread, for something that is built in here."""
        self.include(part.stamps, part.tags())
        if part.must_end_s is not None:
            self.ends_in(part.must_end_s)

    def ends_in(self, seconds: float) -> None:
        """What was read holds no longer than this: the least counts."""
        self.must_end_s = seconds if self.must_end_s is None else min(seconds, self.must_end_s)

    def tags(self) -> Mapping[UUID, frozenset[str]]:
        if self._rolled_up is None:
            self._rolled_up = {stream: rolled_up(tags, TAGS_MAX) for stream, tags in self._tags.items()}
        return self._rolled_up


_current: ContextVar[Reads | None] = ContextVar("caching_reads", default=None)


def current_reads() -> Reads | None:
    """The read set that is being noted here; None where nothing will be stored."""
    return _current.get()


@contextmanager
def reading(hearing: Contacts) -> Iterator[Reads]:
    reads = Reads(hearing)
    token = _current.set(reads)
    try:
        yield reads
    finally:
        _current.reset(token)
