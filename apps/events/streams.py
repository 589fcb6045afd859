"""A stream is what has an order of its own: a handbook, or a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID


class StreamKind(IntEnum):
    """The value is the rank in which streams are locked: persons first."""

    PERSON = 1
    HANDBOOK = 2


@dataclass(frozen=True, order=True)
class StreamRef:
    kind: StreamKind
    id: UUID


def person_stream(person_id: UUID) -> StreamRef:
    return StreamRef(StreamKind.PERSON, person_id)


def handbook_stream(handbook_id: UUID) -> StreamRef:
    return StreamRef(StreamKind.HANDBOOK, handbook_id)
