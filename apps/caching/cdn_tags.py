"""Tags as a CDN knows them: short hashes in a page's header, and what a change purges by them.

A tag's exact mark reaches whoever carries that tag; a drop of a tag reaches all that is below it. So a
header has two kinds of names, with the stream in both: one for each tag of the page, and one "below" for
each tag above those. A save names exact tags only: if every page carried the plain name of `document`, any
save would purge everything. A drop of a parent names the parent and "below" it.

Two tags that share a hash purge each other's pages; nothing is missed.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from uuid import UUID

from .index import Tags
from .marks import Marks, State
from .tags import above, rolled_up

NAME_CHARS: Final = 8  # 48 bits
EXACT: Final = b"exact"
BELOW: Final = b"below"
EVERYTHING: Final = "cairn"  # on every page, for a purge of them all


@dataclass(frozen=True)
class Purged:
    """Names to purge. `hard`: not served again; `soft`: served while it is renewed."""

    hard: frozenset[str]
    soft: frozenset[str]


def name_of(stream: UUID, tag: str, kind: bytes = EXACT) -> str:
    digest = blake2b(tag.encode(), digest_size=NAME_CHARS * 6 // 8, key=stream.bytes, person=kind)
    return urlsafe_b64encode(digest.digest()).decode()


def names_of(tags: Mapping[UUID, Collection[str]]) -> set[str]:
    """All that a page with these tags carries."""
    names = {EVERYTHING}
    for stream, own in tags.items():
        over = {each for tag in own for each in above(tag)}
        names |= {name_of(stream, tag) for tag in own} | {name_of(stream, tag, BELOW) for tag in over}
    return names


def header_of(tags: Tags, max_bytes: int) -> str | None:
    """The names as a header holds them. Too many are rolled up to coarser tags, never cut; None where
    even those do not fit: no CDN may keep that page."""
    kept = {stream: frozenset(own) for stream, own in tags.items()}
    while True:
        names = names_of(kept)
        surplus = len(" ".join(names)) - max_bytes
        if surplus <= 0:
            return " ".join(sorted(names))
        stream = max(kept, key=lambda stream: len(kept[stream]))
        count, fewer = len(kept[stream]), -(-surplus // (NAME_CHARS + 1))
        if count < 2:
            return None
        kept[stream] = rolled_up(set(kept[stream]), max(1, count - fewer))


def purged_by(stream: UUID, marks: Marks) -> Purged:
    """What one event purges. Of a tag that is dropped, also what was rolled up to a tag above it."""
    names: dict[bool, set[str]] = {True: set(), False: set()}
    for tag, state in marks.exact.items():
        names[state >= State.CHANGED].add(name_of(stream, tag))
    for tag, state in marks.below.items():
        reached = {name_of(stream, each) for each in (tag, *above(tag))}
        names[state >= State.CHANGED] |= reached | {name_of(stream, tag, BELOW)}
    return Purged(frozenset(names[True]), frozenset(names[False] - names[True]))
