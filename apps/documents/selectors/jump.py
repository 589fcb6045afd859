"""The quick switcher: pages, headings and handbooks by what somebody types of their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import urlencode
from uuid import UUID

from apps.accounts.people import Actor
from apps.tenants.models import Handbook
from apps.tenants.permissions import Right
from apps.tenants.selectors import known_handbooks, rights_of

from ..finding.names import MAX_CHARS, Names, found, name
from ..tree import paths_above
from .handbook import HandbookView, page_url, read_url
from .names import PAGE, NameIndex, PageNames, Place, drafts, pages

HITS: Final = 20
BELOW: Final = " / "  # between the titles of a way
NEWEST: Final = 8  # pages shown before anything was typed

type Kind = Literal["page", "draft", "heading", "handbook"]


@dataclass(frozen=True)
class JumpHit:
    """`where` is the way to a page, the page of a heading; empty at the top. `icon` and `color` are a
    handbook's own."""

    kind: Kind
    title: str
    url: str
    where: str = ""
    icon: str = ""
    color: str = ""


@dataclass(frozen=True)
class JumpPage:
    """`search_url`: where the text of pages is searched for the same; None outside of handbooks."""

    query: str
    hits: tuple[JumpHit, ...]
    search_url: str | None = None


@dataclass(frozen=True)
class _Books:
    """Those whose pages are looked through, with what is read of each; `named` are found by their titles.
    `titles`: of those that are said where a page stands."""

    slugs: Mapping[UUID, str]
    titles: Mapping[UUID, str]
    pages: Mapping[UUID, NameIndex]
    drafts: Mapping[UUID, NameIndex]
    named: Sequence[Handbook]


def jump_here(actor: Actor, handbook: HandbookView, right: Right, text: str) -> JumpPage:
    """In a handbook: its pages and headings, drafts for its editors, and handbooks by their titles."""
    ids = [handbook.id]
    own = drafts.of(ids if right >= Right.EDIT else ())
    jump = _jump(
        _Books({handbook.id: handbook.slug}, {}, pages.of(ids), own, list(known_handbooks(actor))), text
    )
    query = urlencode({"q": jump.query})
    return replace(jump, search_url=f"{handbook.search_url}?{query}" if jump.query else None)


def jump_anywhere(actor: Actor, text: str) -> JumpPage:
    """Outside of handbooks: handbooks by their titles, and the pages of those the actor belongs to."""
    own = rights_of(actor)
    edited = [book.pk for book, right in own if right >= Right.EDIT]
    slugs = {book.pk: book.slug for book, _right in own}
    titles = {book.pk: book.title for book, _right in own}
    return _jump(
        _Books(slugs, titles, pages.of(slugs), drafts.of(edited), list(known_handbooks(actor))), text
    )


def _jump(books: _Books, text: str) -> JumpPage:
    text = " ".join(text[:MAX_CHARS].replace("\0", " ").split())
    things = _found(books, text) if text else _newest(books)
    return JumpPage(text, tuple(_hit(books, thing) for thing in things))


def _found(books: _Books, text: str) -> Iterable[Place | Handbook]:
    indexes = [*books.pages.values(), *books.drafts.values()]
    groups = (
        [index.titles for index in indexes],
        [Names(name(book.title, 0, book) for book in books.named)],
        [index.headings for index in indexes],
        [index.paths for index in indexes],
    )
    return found(groups, text, HITS)  # type: ignore[return-value]


def _newest(books: _Books) -> Iterable[Place | Handbook]:
    """The pages that were changed last, then handbooks: to begin with."""
    newest = [page for index in books.pages.values() for page in index.newest(NEWEST)]
    newest.sort(key=lambda page: -page.at)
    return [*((page, PAGE) for page in newest[:NEWEST]), *books.named[:NEWEST]]


def _hit(books: _Books, thing: Place | Handbook) -> JumpHit:
    if isinstance(thing, Handbook):
        return JumpHit("handbook", thing.title, page_url(thing.slug, ""), icon=thing.icon, color=thing.color)
    page, n = thing
    slug = books.slugs[page.stream]
    url = read_url(slug, page.id, page.path, is_published=not page.is_draft)
    book = books.titles.get(page.stream)
    if n == PAGE:
        kind: Kind = "draft" if page.is_draft else "page"
        return JumpHit(kind, page.title, url, _joined(book, way_to(books.pages[page.stream], page)))
    anchor, text = page.headings[n]
    return JumpHit("heading", text, f"{url}#{anchor}", _joined(book, page.title))


def _joined(*titles: str | None) -> str:
    return BELOW.join(filter(None, titles))


def way_to(index: NameIndex, page: PageNames) -> str:
    """The titles above a page, as far as readers see them."""
    way = (index.by_path.get(path) for path in paths_above(page.path)[1:])
    return BELOW.join(each.title for each in way if each is not None)
