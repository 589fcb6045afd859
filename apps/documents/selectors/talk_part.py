"""What a reading page shows of its talk, and the names that can be mentioned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from apps.queries.people import names_of
from apps.queries.projections import projection, select
from apps.tenants.models import Membership

from ..text import people_of, shortened, spellings
from .handbook import HandbookView
from .talk import ThreadView, talk_root, thread_views
from .threads import discussed, page_starts, placed_threads, thread_url

SHOWN: Final = 5
EXCERPT_CHARS: Final = 140
NAMES_MAX: Final = 1_000


@dataclass(frozen=True)
class ThreadLine:
    """A thread in short: how it began, and how many comments it has."""

    title: str
    author: str
    count: int
    url: str


@dataclass(frozen=True)
class BlockMark:
    """How many open comments a block has: `anchor` is its id on the page."""

    anchor: str
    count: int
    url: str


@dataclass(frozen=True)
class TalkPart:
    url: str
    new_url: str
    open_count: int
    lines: tuple[ThreadLine, ...]
    marks: tuple[BlockMark, ...]


@projection(Membership, stream="handbook_id")
class Belonging:
    person_id: UUID


def talk_part(handbook: HandbookView, document_id: UUID) -> TalkPart | None:
    """None where no such document is to be read."""
    document = discussed(handbook.id, document_id)
    if document is None:
        return None
    url = talk_root(handbook, document_id)
    placed = placed_threads(handbook.id, document)
    is_long = len(page_starts(placed)) > 1
    is_open = [each for each in placed if not each.row.resolved_at]
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for each in is_open:
        if each.anchor:
            counts[each.anchor] += each.standing
            first.setdefault(each.anchor, thread_url(url, each.row.id, is_long=is_long))
    return TalkPart(
        url=url,
        new_url=f"{url}new/",
        open_count=len(is_open),
        lines=tuple(
            _line(view, thread_url(url, view.id, is_long=is_long))
            for view in thread_views(handbook, document, is_open[:SHOWN])
        ),
        marks=tuple(BlockMark(anchor, counts[anchor], first[anchor]) for anchor in first),
    )


def _line(thread: ThreadView, url: str) -> ThreadLine:
    begun = next(each for each in thread.comments if not each.is_deleted)
    short = shortened(begun.html.striptags(), EXCERPT_CHARS)
    count = sum(not each.is_deleted for each in thread.comments)
    return ThreadLine(short, begun.author, count, url)


def names_to_mention(handbook: HandbookView) -> tuple[str, ...]:
    """How to write each member so that nobody else is meant, by name."""
    rows = select(Belonging, handbook.id, handbook_id=handbook.id, most=NAMES_MAX)
    names = names_of({row.person_id for row in rows})
    return tuple(sorted(spellings(people_of(names.items())).values(), key=str.casefold))
