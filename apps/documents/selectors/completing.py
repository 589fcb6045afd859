"""Completing `[[` in the editor: which pages and headings could be meant, and what to write for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ..finding.names import Names, found, name
from ..text import link_key, written_link
from .handbook import HandbookView
from .jump import way_to
from .links import resolve
from .names import PAGE, NameIndex, PageNames, Place, drafts, pages

HITS: Final = 8


@dataclass(frozen=True)
class Completion:
    """`text` is written in place of what was typed, brackets and all."""

    title: str
    where: str
    text: str
    is_draft: bool
    is_heading: bool


def completions(handbook: HandbookView, typed: str) -> tuple[Completion, ...]:
    """For editors: drafts are among them. `Page#head` gives the headings of that page."""
    page_part, hash, heading_part = typed.replace("\0", " ").partition("#")
    readable, own = pages.of([handbook.id])[handbook.id], drafts.of([handbook.id])[handbook.id]
    if hash and not page_part.strip():  # of the page itself: what was not saved yet is not known here
        return ()
    if hash:
        places = _headings(handbook, readable, page_part.strip(), heading_part)
    else:
        places = _pages(readable, own, page_part)
    return _written(handbook, readable, list(places))


def _pages(readable: NameIndex, own: NameIndex, text: str) -> Iterable[Place]:
    if not text.strip():
        return [(page, PAGE) for page in readable.newest(HITS)]
    groups = [readable.titles, own.titles], [readable.paths, own.paths]
    return found(groups, text, HITS)  # type: ignore[return-value]


def _headings(handbook: HandbookView, readable: NameIndex, target: str, text: str) -> Iterable[Place]:
    key = link_key(target)
    meant = resolve(handbook.id, [key]).get(key)
    page = readable.pages.get(meant[0]) if meant else None
    if page is None:
        return ()
    places = [(page, n) for n in range(len(page.headings))]
    if not text.strip():
        return places[:HITS]
    names = Names(name(page.headings[n][1], -n, (page, n)) for _page, n in places)
    return found([[names]], text, HITS)  # type: ignore[return-value]


def _written(handbook: HandbookView, readable: NameIndex, places: list[Place]) -> tuple[Completion, ...]:
    """A title where it means that page and no other, else the path."""
    keys = {page: link_key(page.title) for page, _n in places}
    means = resolve(handbook.id, {*keys.values()})

    def written(page: PageNames, n: int) -> Completion:
        meant = means.get(keys[page])
        anchor, text = page.headings[n] if n != PAGE else ("", "")
        title = page.title if meant is not None and meant[0] == page.id else None
        return Completion(
            title=text or page.title,
            where=page.title if n != PAGE else way_to(readable, page),
            text=written_link(title, page.path, page.title, anchor, text),
            is_draft=page.is_draft,
            is_heading=n != PAGE,
        )

    return tuple(written(page, n) for page, n in places)
