"""The threads about a document, in the order of its text, and what has become of the text since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import Q

from apps.queries.projections import column, one, projection, select

from ..models import Comment, Document, Thread
from ..text import block_anchors, digest_of
from .links import readable

type Place = Literal["page", "block", "changed", "gone"]
type Group = Literal["open", "gone", "resolved"]
GROUPS: Final[tuple[Group, ...]] = ("open", "gone", "resolved")
PAGE_COMMENTS: Final = 500  # a page of the talk ends with the thread that reaches this
IN_TIME: Final = ("created_at", "pk")


@projection(Document, stream="handbook_id", where=Q(binned_at=None))
class Discussed:
    """A document, with what places its threads."""

    id: UUID
    title: str
    path: str
    published_at: datetime | None
    blocks: list[Any] = column("revision__blocks")
    html: str = column("body__html")


@projection(Document, stream="handbook_id", where=readable())
class ReadableDiscussed(Discussed):
    pass


@projection(Thread, stream="handbook_id")
class ThreadRow:
    id: UUID
    block: str
    quote: str
    digest: str
    resolved_at: datetime | None
    resolved_by_id: UUID | None


@projection(Comment, stream="handbook_id")
class Spoken:
    thread_id: UUID
    id: UUID
    deleted_at: datetime | None


@dataclass(frozen=True)
class Placed:
    """A thread with at least one comment that stands, and where it belongs now: `anchor` is the id to jump
    to on the page, `count` how many comments are drawn, `standing` how many of them are not deleted."""

    row: ThreadRow
    place: Place
    anchor: str
    count: int
    standing: int

    @property
    def group(self) -> Group:
        if self.row.resolved_at:
            return "resolved"
        return "gone" if self.place == "gone" else "open"


def discussed(handbook_id: UUID, document_id: UUID, *, drafts: bool = False) -> Discussed | None:
    """None where no such document is: to be read, or (`drafts`) not in the bin."""
    return one(Discussed if drafts else ReadableDiscussed, handbook_id, id=document_id)


def placed_threads(handbook_id: UUID, document: Discussed) -> list[Placed]:
    """By group; in each what is about the whole page first, then in the order of the text."""
    stand: dict[UUID, list[bool]] = defaultdict(list)
    for spoken in select(Spoken, handbook_id, document_id=document.id):
        stand[spoken.thread_id].append(spoken.deleted_at is None)
    texts = {block[0]: block[2] for block in document.blocks}
    order = {block: number for number, block in enumerate(texts)}
    anchors = block_anchors(document.html)
    placed = [
        Placed(row, _place(row, texts), anchors.get(row.block, ""), len(stand[row.id]), sum(stand[row.id]))
        for row in select(ThreadRow, handbook_id, document_id=document.id, order=IN_TIME)
        if any(stand[row.id])
    ]
    return sorted(placed, key=lambda each: (GROUPS.index(each.group), order.get(each.row.block, -1)))


def _place(row: ThreadRow, texts: dict[str, str]) -> Place:
    if not row.block:
        return "page"
    if row.block not in texts:
        return "gone"
    return "block" if digest_of(texts[row.block]) == row.digest else "changed"


def page_starts(placed: Sequence[Placed]) -> list[int]:
    """With which thread each page of the talk begins; no page parts a thread."""
    before = [0, *accumulate(each.count for each in placed)]
    starts = [0]
    for number in range(1, len(placed)):
        if before[number] - before[starts[-1]] >= PAGE_COMMENTS:
            starts.append(number)
    return starts


def thread_url(talk_url: str, thread_id: UUID, *, is_long: bool) -> str:
    """Where a thread is read; in a talk of one page (not `is_long`) that page is the one kept already."""
    return f"{talk_url}{f'?thread={thread_id}' if is_long else ''}#t-{thread_id}"
