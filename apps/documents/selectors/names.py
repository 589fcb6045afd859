"""What pages of handbooks are called, and their headings: kept in memory for the quick switcher and for
completing links. Published pages are one index, drafts another, so that none of them can slip in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

from django.db.models import Q

from apps.queries.followed import Followed

from ..finding.names import Name, Names, name
from ..models import Document
from .links import readable

MEMORY_MB: Final = 64
DRAFTS_MB: Final = 16
HEADINGS_MAX: Final = 100  # of one page
ROW_BYTES: Final = 1_500
HEADING_BYTES: Final = 600
PAGE: Final = -1  # in place of the number of a heading

type Place = tuple[PageNames, int]  # a page, or one of its headings


@dataclass(frozen=True, eq=False, slots=True)
class PageNames:
    """`headings`: anchor and text each. `at`: when it was last changed, in s since 1970."""

    id: UUID
    stream: UUID
    title: str
    path: str
    at: float
    headings: tuple[tuple[str, str], ...]
    is_draft: bool


class NameIndex:
    """All pages of one handbook."""

    def __init__(self, pages: dict[UUID, PageNames], titles: Names, headings: Names, paths: Names) -> None:
        self.pages, self.titles, self.headings, self.paths = pages, titles, headings, paths
        self.size = ROW_BYTES * len(pages) + HEADING_BYTES * len(headings.all)

    @classmethod
    def made(cls, pages: Sequence[PageNames]) -> NameIndex:
        return cls({page.id: page for page in pages}, *(Names(each(pages)) for each in KINDS))

    @staticmethod
    def changed(index: NameIndex, ids: Collection[UUID], pages: Sequence[PageNames]) -> NameIndex:
        """With these pages in place of those with the ids."""
        gone = [index.pages[id] for id in ids if id in index.pages]
        left = {**index.pages}
        for page in gone:
            del left[page.id]
        kept = (index.titles, index.headings, index.paths)
        return NameIndex(
            left | {page.id: page for page in pages},
            *(names.changed(each(gone), each(pages)) for names, each in zip(kept, KINDS, strict=True)),
        )

    @cached_property
    def by_path(self) -> dict[str, PageNames]:
        return {page.path: page for page in self.pages.values()}

    def newest(self, most: int) -> list[PageNames]:
        return sorted(self.pages.values(), key=lambda page: (-page.at, page.path))[:most]


def _titles(pages: Iterable[PageNames]) -> Iterable[Name]:
    return (name(page.title, page.at, (page, PAGE)) for page in pages)


def _headings(pages: Iterable[PageNames]) -> Iterable[Name]:
    return (
        name(text, page.at, (page, n)) for page in pages for n, (_anchor, text) in enumerate(page.headings)
    )


def _paths(pages: Iterable[PageNames]) -> Iterable[Name]:
    """Where there is something to find that no title says: the way to it."""
    return (name(page.path, page.at, (page, PAGE)) for page in pages if "/" in page.path)


KINDS: Final = (_titles, _headings, _paths)


def _followed(where: Q, megabytes: int) -> Followed[PageNames, NameIndex]:
    def read(streams: Collection[UUID], ids: Collection[UUID] | None) -> Iterable[PageNames]:
        rows = Document.objects.filter(where, handbook_id__in=streams)
        if ids is not None:
            rows = rows.filter(pk__in=ids)
        columns = ("pk", "handbook_id", "title", "path", "updated_at", "body__outline", "published_at")
        return (
            PageNames(
                id, stream, title, path, at.timestamp(),
                tuple((anchor, text) for _level, anchor, text in (outline or ())[:HEADINGS_MAX]),
                published_at is None,
            )
            for id, stream, title, path, at, outline, published_at in rows.order_by().values_list(*columns)
        )  # fmt: skip

    watched = {
        "document": frozenset({"title", "path", "updated_at", "published_at", "binned_at"}),
        "body": frozenset({"outline"}),
    }
    return Followed(watched, read, NameIndex.made, NameIndex.changed, megabytes * 1_000_000)


pages = _followed(readable(), MEMORY_MB)
drafts = _followed(Q(binned_at=None, published_at=None), DRAFTS_MB)
