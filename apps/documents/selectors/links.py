"""What the link keys of a page mean now, and who links here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q

from apps.queries.projections import column, projection, select

from ..finding import search_words
from ..models import Body, Document, Link, Redirect
from ..text import Target, slugify
from .handbook import Crumb, HandbookView, page_url

type Found = dict[str, tuple[UUID, str, str]]  # key -> document id, path, title
BACKLINKS_MAX = 50


def readable(prefix: str = "") -> Q:
    """Documents that readers see; `prefix` goes before the column names of a related document."""
    return Q(**{f"{prefix}{condition}": value for condition, value in Document.visible.items()})


class Visible(Protocol):
    """A document, or a row that has these columns of one."""

    @property
    def published_at(self) -> datetime | None: ...
    @property
    def binned_at(self) -> datetime | None: ...


def is_readable(row: Visible) -> bool:
    """What readable() asks the database."""
    return row.published_at is not None and row.binned_at is None


@projection(Document, stream="handbook_id", where=readable())
class Named:
    """A readable document by what links call it."""

    id: UUID
    path: str
    title: str
    slug: str


@projection(Body, stream="handbook_id")
class Titled:
    id: UUID = column("document_id")
    path: str = column("document__path")
    title: str = column("document__title")
    words: str = column("title_words")
    published_at: datetime | None = column("document__published_at")
    binned_at: datetime | None = column("document__binned_at")


@projection(Redirect, stream="handbook_id")
class Former:
    """A path that a document had, and where it is now."""

    id: UUID = column("document_id")
    path: str
    slug: str
    title: str = column("document__title")
    now: str = column("document__path")
    published_at: datetime | None = column("document__published_at")
    binned_at: datetime | None = column("document__binned_at")


@projection(Link, stream="handbook_id")
class Mention:
    key: str
    id: UUID = column("source_id")
    title: str = column("source__title")
    path: str = column("source__path")
    published_at: datetime | None = column("source__published_at")
    binned_at: datetime | None = column("source__binned_at")


def resolve(handbook_id: UUID, keys: Collection[str]) -> Found:
    """The readable document that each key means: by path, else (without a `/`) by slug, else by title,
    the shortest path first, else by a path or slug it once had. Keys that mean nothing are left out."""
    if not keys:
        return {}
    alternatives = {"path": list(keys), "slug": _names(keys)}
    named = select(Named, handbook_id, any_of=alternatives)
    found = _pick(keys, [(row.id, row.path, row.title, row.slug) for row in named])
    found |= _by_title(handbook_id, [key for key in _names(keys) if key not in found])
    missing = [key for key in keys if key not in found]
    if missing:
        old = former(handbook_id, any_of={"path": missing, "slug": _names(missing)})
        moved = {row.id: row.now for row in old}
        picked = _pick(missing, [(row.id, row.path, row.title, row.slug) for row in old])
        found |= {key: (id, moved[id], title) for key, (id, _path, title) in picked.items()}
    return found


def former(handbook_id: UUID, **keys: Any) -> list[Former]:
    """Redirects to readable documents."""
    return [row for row in select(Former, handbook_id, **keys) if is_readable(row)]


def _by_title(handbook_id: UUID, keys: list[str]) -> Found:
    """A page may be called otherwise than its address: an imported file, a home page."""
    if not keys:
        return {}
    words = {search_words(key.replace("-", " ")): key for key in keys}
    found: Found = {}
    for row in select(Titled, handbook_id, title_words=list(words)):
        if not is_readable(row):
            continue
        key = words[row.words]
        if key not in found or (len(row.path), row.path) < (len(found[key][1]), found[key][1]):
            found[key] = (row.id, row.path, row.title)
    return found


def _names(keys: Collection[str]) -> list[str]:
    return [key for key in keys if key and "/" not in key]


def _pick(keys: Collection[str], rows: list[tuple[UUID, str, str, str]]) -> Found:
    """Exact paths win over slugs, shorter paths over longer ones."""
    best: dict[str, tuple[tuple[bool, int, str], tuple[UUID, str, str]]] = {}
    wanted = set(keys)
    for id, path, title, slug in rows:
        for key in {path, slug} & wanted:
            if key != path and not key:
                continue  # the home page's empty slug names nothing but its own path
            rank = (key != path, len(path), path)
            if key not in best or rank < best[key][0]:
                best[key] = (rank, (id, path, title))
    return {key: document for key, (_rank, document) in best.items()}


def targets(handbook: HandbookView, found: Found) -> dict[str, Target | None]:
    """As fill_links() takes them."""
    return {key: Target(page_url(handbook.slug, path), title) for key, (_id, path, title) in found.items()}


@projection(Redirect, stream="handbook_id")
class OldName:
    path: str
    slug: str


def names_of(handbook_id: UUID, document: Named) -> set[str]:
    """Every key that could mean the document: what it is called and was called."""
    names = {document.path, document.slug, slugify(document.title)}
    for old in select(OldName, handbook_id, document_id=document.id):
        names |= {old.path, old.slug}
    return names - {""} if document.path else names


def backlinks(handbook: HandbookView, document: Named, known: Collection[str]) -> tuple[Crumb, ...]:
    """Readable pages that link here, by title. `known`: keys that are known to mean the document."""
    rows = select(Mention, handbook.id, key=list(names_of(handbook.id, document)))
    rows = [row for row in rows if is_readable(row) and row.id != document.id]
    others = resolve(handbook.id, {row.key for row in rows} - {*known})  # a slug may mean another page
    mine = {*known, *(key for key, (id, _path, _title) in others.items() if id == document.id)}
    pages = {(row.title, row.path) for row in rows if row.key in mine}
    return tuple(Crumb(title, page_url(handbook.slug, path)) for title, path in sorted(pages)[:BACKLINKS_MAX])
