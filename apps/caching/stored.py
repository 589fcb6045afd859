"""The stored form of an entry in Redis: a header that scripts read, then the value's own bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

import msgpack

from apps.events.follower import Cursor

from .entries import Entry
from .index import Stamps, Tags
from .shared_index import with_above

SCHEMA: Final = 1  # of this form and of what the values' codecs make; another one's entries are passed over
LENGTH: Final = struct.Struct(">I")


class Codec(Protocol):
    """How values of one kind become bytes. Never by pickle."""

    def dump(self, value: Any) -> bytes | None:
        """None for what is not to be shared."""

    def load(self, data: bytes, left_s: float) -> Any:
        """`left_s`: of the entry's life. Raises ValueError for bytes that are none of its own."""

    def size_of(self, value: Any) -> int:
        """Bytes of one in memory, where it may take more than packed."""


@dataclass(frozen=True)
class Header:
    name: str  # of the key: what is found under another one was not meant
    stale_s: float
    fresh_for_s: float | None
    stamps: Stamps
    tags: Tags


def pack(name: str, entry: Entry, body: bytes, stale_s: float) -> bytes:
    streams = [
        [
            str(stream),
            str(stamp.log_id),
            stamp.position,
            (tags := sorted(entry.tags[stream])),
            with_above(tags),
        ]
        for stream, stamp in entry.stamps.items()
    ]
    header: bytes = msgpack.packb([SCHEMA, name, int(stale_s * 1000), entry.fresh_for_s, streams])
    return LENGTH.pack(len(header)) + header + body


def unpack(data: bytes) -> tuple[Header, bytes] | None:
    """None for what was stored in another form. Raises ValueError."""
    try:
        (length,) = LENGTH.unpack_from(data)
        body_at = LENGTH.size + length
        schema, *said = msgpack.unpackb(data[LENGTH.size : body_at])
        if schema != SCHEMA:
            return None
        name, stale_ms, fresh_for_s, streams = said
        stamps = {UUID(stream): Cursor(UUID(log), stamp) for stream, log, stamp, _tags, _above in streams}
        tags = {UUID(stream): frozenset(tags) for stream, _log, _stamp, tags, _above in streams}
    except (struct.error, ValueError, TypeError, msgpack.UnpackException) as error:
        raise ValueError(f"no stored entry: {error}") from error
    return Header(name, stale_ms / 1000, fresh_for_s, stamps, tags), data[body_at:]
