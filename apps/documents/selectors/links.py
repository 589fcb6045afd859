"""What the link keys of a page mean now, and who links here."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from ..finding import search_words
from ..models import Document, Link, Redirect
from ..text import Target, slugify
from .handbook import Crumb, HandbookView, page_url

type Found = dict[str, tuple[UUID, str, str]]  # key -> document id, path, title
BACKLINKS_MAX = 50


def readable(prefix: str = "") -> Q:
    """Documents that readers see; `prefix` goes before the column names of a related document."""
    return Q(**{f"{prefix}binned_at": None, f"{prefix}published_at__isnull": False})


def resolve(handbook_id: UUID, keys: Collection[str]) -> Found:
    """The readable document that each key means: by path, else (without a `/`) by slug, else by title,
    the shortest path first, else by a path or slug it once had. Keys that mean nothing are left out."""
    if not keys:
        return {}
    rows = Document.objects.filter(
        readable(), Q(path__in=keys) | Q(slug__in=_names(keys)), handbook_id=handbook_id
    ).values_list("pk", "path", "title", "slug")
    found = _pick(keys, list(rows))
    found |= _by_title(handbook_id, [key for key in _names(keys) if key not in found])
    missing = [key for key in keys if key not in found]
    if missing:
        old = Redirect.objects.filter(
            readable("document__"), Q(path__in=missing) | Q(slug__in=_names(missing)), handbook_id=handbook_id
        ).values_list("document_id", "path", "document__title", "slug", "document__path")
        moved = {row[0]: row[4] for row in old}
        picked = _pick(missing, [row[:4] for row in old])
        found |= {key: (id, moved[id], title) for key, (id, _path, title) in picked.items()}
    return found


def _by_title(handbook_id: UUID, keys: list[str]) -> Found:
    """A page may be called otherwise than its address: an imported file, a home page."""
    if not keys:
        return {}
    words = {search_words(key.replace("-", " ")): key for key in keys}
    rows = Document.objects.filter(readable(), handbook_id=handbook_id, body__title_words__in=list(words))
    found: Found = {}
    for id, path, title, said in rows.values_list("pk", "path", "title", "body__title_words"):
        key = words[said]
        if key not in found or (len(path), path) < (len(found[key][1]), found[key][1]):
            found[key] = (id, path, title)
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


def names_of(document: Document) -> set[str]:
    """Every key that could mean the document: what it is called and was called."""
    names = {document.path, document.slug, slugify(document.title)}
    for path, slug in document.redirects.values_list("path", "slug"):
        names |= {path, slug}
    return names - {""} if document.path else names


def backlinks(handbook: HandbookView, document: Document, names: set[str], found: Found) -> tuple[Crumb, ...]:
    """Readable pages that link here, by title. `found` is resolve() over at least `names`: a slug may
    mean another page."""
    mine = [name for name in names if name in found and found[name][0] == document.pk]
    rows = (
        Link.objects.filter(readable("source__"), handbook_id=handbook.id, key__in=mine)
        .exclude(source_id=document.pk)
        .values_list("source__title", "source__path")
        .distinct()
        .order_by("source__title", "source__path")
    )
    return tuple(Crumb(title, page_url(handbook.slug, path)) for title, path in rows[:BACKLINKS_MAX])
