"""A reading page: a pure function of handbook and path, the same for everybody who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from markupsafe import Markup

from apps.queries.projections import column, one, projection

from ..models import Document
from ..text import Heading, fill_links, has_tasks, linked_keys, media_digests, slugify
from .care import TagLink, is_due, tag_links
from .handbook import Crumb, HandbookView, page_url
from .links import Found, Named, former, readable, resolve, targets
from .media import pictures
from .tree import LEVEL_MAX, TreeNode, by_parent, previous_and_next, tree_nodes, way_and_levels
from .words import words


@dataclass(frozen=True)
class PageView:
    id: UUID
    title: str
    url: str
    edit_url: str
    history_url: str
    runs_url: str | None  # where its checklist is run, if it has one
    talk_url: str
    html: Markup
    outline: tuple[Heading, ...]
    breadcrumbs: tuple[Crumb, ...]
    tree: tuple[TreeNode, ...]
    children: tuple[Crumb, ...]
    previous: Crumb | None
    next: Crumb | None
    updated_at: datetime
    is_home: bool
    tags: tuple[TagLink, ...]
    needs_review: bool
    confirm_url: str | None  # where members are asked to confirm that they have read this revision
    keys: tuple[str, ...]  # of links that mean this page


@projection(Document, stream="handbook_id", where=readable())
class Shown(Named):
    updated_at: datetime
    revision_id: UUID
    html: str = column("body__html")
    outline: list[Any] = column("body__outline")
    labels: list[Any] | None = column("care__labels")
    review_on: date | None = column("care__review_on")
    confirm_from: int | None = column("care__confirm_from")


def page_view(handbook: HandbookView, path: str) -> PageView | None:
    """The readable page at `path`, None where there is none."""
    document = one(Shown, handbook.id, path=path)
    if document is None:
        return None
    places = way_and_levels(handbook.id, path)
    levels, known = by_parent(places), {place.id: place for place in places}
    way = [known[document.id]]
    while way[0].parent_id is not None:
        way.insert(0, known[way[0].parent_id])
    before, after = previous_and_next(handbook, way, levels)
    own = {document.slug, slugify(document.title)} - {""}
    found = resolve(handbook.id, own | {*linked_keys(document.html)})
    at = {"handbook": handbook.slug, "document_id": document.id}
    return PageView(
        id=document.id,
        title=document.title,
        url=page_url(handbook.slug, path),
        edit_url=reverse("documents:edit", kwargs=at),
        history_url=reverse("documents:history", kwargs=at),
        runs_url=reverse("documents:runs_of", kwargs=at) if has_tasks(document.html) else None,
        talk_url=reverse("documents:talk", kwargs=at),
        html=filled(handbook, document.html, found),
        outline=tuple(Heading(*entry) for entry in document.outline),
        breadcrumbs=tuple(Crumb(place.title, page_url(handbook.slug, place.path)) for place in way[:-1]),
        tree=tree_nodes(handbook, levels, way[0].id, document.id),
        children=tuple(
            Crumb(place.title, page_url(handbook.slug, place.path))
            for place in levels.get(document.id, [])[:LEVEL_MAX]
        ),
        previous=before,
        next=after,
        updated_at=document.updated_at,
        is_home=path == "",
        tags=tag_links(handbook, document.labels),
        needs_review=is_due(document.review_on),
        confirm_url=_confirm_url(at, document.revision_id) if document.confirm_from else None,
        keys=(path, *sorted(key for key in own if key in found and found[key][0] == document.id)),
    )


def _confirm_url(at: dict[str, Any], revision_id: UUID) -> str:
    return reverse("documents:confirm", kwargs=at, query={"revision": str(revision_id)})


def filled(handbook: HandbookView, html: str, found: Found | None = None) -> Markup:
    """Stored HTML with its links completed. It was sanitised when it was written."""
    if found is None:
        found = resolve(handbook.id, linked_keys(html))
    sizes = pictures(handbook.id, media_digests(html))
    return Markup(fill_links(html, targets(handbook, found), handbook.slug, words(), sizes))  # noqa: S704


def moved_to(handbook: HandbookView, path: str) -> str | None:
    """Where a path that was left leads now."""
    rows = former(handbook.id, path=path)
    return page_url(handbook.slug, rows[0].now) if rows else None
