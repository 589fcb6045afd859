"""From files in folders to a tree of pages with paths and an order."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NoReturn

from apps.documents.importing.arrangement import Arrangement
from apps.documents.importing.dialects import Dialect, split_number
from apps.documents.importing.page_files import PageFile
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.told import Told
from apps.documents.text.slugs import slugify

MAX_PATH_CHARS = 900
DIGITS = re.compile(r"(\d+)")


@dataclass(slots=True)
class Entry:
    """One page-to-be: a file, a folder with the file that speaks for it, or a folder alone."""

    name: str
    folder: str = ""
    page: PageFile | None = None
    rank: int = 99
    children: dict[str, "Entry"] = field(default_factory=dict)
    slug: str = ""

    @property
    def origin(self) -> str:
        return self.page.origin if self.page else f"{self.folder}/"


@dataclass(frozen=True, slots=True)
class Placed:
    """A page in its place. `page` is None for a section that no file speaks for."""

    path: str
    order: int
    name: str
    folder: str
    origin: str
    page: PageFile | None
    published: bool


def place_pages(
    pages: tuple[PageFile, ...], dialect: Dialect, arrangement: Arrangement
) -> tuple[Placed, ...]:
    """Every page with its path and its order among siblings; parents before children.

    The root's own page is first, with path "". Two files for one path are refused, naming both.
    """
    root = Entry("", arrangement.root)
    for page in pages:
        _insert(root, page, dialect, arrangement.root)
    _adopt_leaves(root)
    order = _Order(dialect, arrangement)
    return tuple(_walk(root, "", 0, dialect, order))


def _insert(root: Entry, page: PageFile, dialect: Dialect, base: str) -> None:
    inside = page.origin[len(base) + 1 :] if base else page.origin
    parts = [] if dialect.flat else inside.split("/")[:-1]
    holder, folder = root, base
    for part in parts:
        folder = posixpath.join(folder, part)
        holder = holder.children.setdefault(f"{part}/", Entry(part, folder))
    rank = _index_rank(page, holder, dialect)
    if rank is None:
        _claim(holder.children.setdefault(page.stem, Entry(page.stem)), page, 0)
    elif rank < holder.rank:
        previous, holder.page, holder.rank = holder.page, page, rank
        if previous is not None:
            _claim(holder.children.setdefault(previous.stem, Entry(previous.stem)), previous, 0)
    elif rank == holder.rank:
        _refuse_both(holder, page)
    else:
        _claim(holder.children.setdefault(page.stem, Entry(page.stem)), page, 0)


def _index_rank(page: PageFile, holder: Entry, dialect: Dialect) -> int | None:
    stem = page.stem.lower()
    if stem in dialect.index_stems:
        return dialect.index_stems.index(stem)
    if dialect.folder_named_index and stem == holder.name.lower():
        return len(dialect.index_stems)
    if dialect.folder_named_index and page.head.slug == "/" and not holder.name:
        return len(dialect.index_stems) + 1
    return None


def _claim(entry: Entry, page: PageFile, rank: int) -> None:
    if entry.page is not None:
        _refuse_both(entry, page)
    entry.page, entry.rank = page, rank


def _refuse_both(entry: Entry, page: PageFile) -> NoReturn:
    raise ImportRefusedError(page.origin, Told("stands for the same page as %(other)s", other=entry.origin))


def _adopt_leaves(holder: Entry) -> None:
    """`a.md` beside the folder `a` speaks for that folder, unless the folder has its own page."""
    for key, entry in list(holder.children.items()):
        leaf = holder.children.get(entry.name) if key.endswith("/") else None
        if leaf is not None and leaf.page is not None:
            _claim(entry, leaf.page, leaf.rank)
            del holder.children[entry.name]
        _adopt_leaves(entry)


def _walk(entry: Entry, path: str, position: int, dialect: Dialect, order: "_Order") -> Iterator[Placed]:
    if len(path) > MAX_PATH_CHARS:
        raise ImportRefusedError(
            entry.origin,
            Told("its address has %(length)d characters; %(max)d may", length=len(path), max=MAX_PATH_CHARS),
        )
    children = list(entry.children.values())
    _give_slugs(children, dialect)
    below: list[Placed] = []
    for index, child in enumerate(sorted(children, key=order.key)):
        below.extend(_walk(child, f"{path}/{child.slug}" if path else child.slug, index, dialect, order))
    published = entry.page.head.published if entry.page else any(page.published for page in below)
    if path or entry.page:
        yield Placed(path, position, entry.name, entry.folder, entry.origin, entry.page, published)
    yield from below


def _give_slugs(siblings: list[Entry], dialect: Dialect) -> None:
    """Slugs from front matter, else from names; a number stays where without it two would be one."""
    for entry in siblings:
        entry.slug = _slug(entry, strip=dialect.strip_numbers)
    counts: dict[str, int] = {}
    for entry in siblings:
        counts[entry.slug] = counts.get(entry.slug, 0) + 1
    taken: dict[str, Entry] = {}
    for entry in siblings:
        if counts[entry.slug] > 1:
            entry.slug = _slug(entry, strip=False)
        other = taken.setdefault(entry.slug, entry)
        if other is not entry:
            raise ImportRefusedError(
                entry.origin,
                Told(
                    "stands for the same page as %(other)s (both would be %(slug)r)",
                    other=other.origin,
                    slug=entry.slug,
                ),
            )


def _slug(entry: Entry, *, strip: bool) -> str:
    wanted = entry.page.head.slug.rstrip("/").rpartition("/")[2] if entry.page else ""
    name = split_number(entry.name)[1] if strip else entry.name
    return slugify(wanted) or slugify(name) or f"page-{sha256(name.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class _Order:
    """Siblings: the tool's list first, then numbers given to pages, then names as people count."""

    dialect: Dialect
    arrangement: Arrangement

    def key(self, entry: Entry) -> tuple[float, float, list[tuple[int, int, str]]]:
        listed, number = self._listed(entry), self._number(entry)
        name = entry.name.casefold()
        natural = [
            (0, int(part[:9]), "") if part.isdecimal() else (1, 0, part) for part in DIGITS.split(name)
        ]
        return listed, float("inf") if number is None else number, natural

    def _listed(self, entry: Entry) -> float:
        own = self.arrangement.positions.get(entry.origin, float("inf"))
        return min([own, *(self._listed(child) for child in entry.children.values())])

    def _number(self, entry: Entry) -> float | None:
        number = entry.page.head.order if entry.page else None
        if number == 0 and self.dialect.zero_is_no_order:
            number = None
        number = self.arrangement.folder_orders.get(entry.folder, number) if entry.folder else number
        if number is None and self.dialect.strip_numbers:
            number = split_number(entry.name)[0]
        return number
