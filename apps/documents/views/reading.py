"""What is the same for everybody who may read a handbook."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from apps.rendering.asking import number_in
from apps.rendering.books import Book
from apps.rendering.pages import Moved, Render, page
from apps.rendering.parts import Part

from ..selectors.changes import changes_page
from ..selectors.handbook import HandbookView, handbook_view
from ..selectors.links import Named, backlinks
from ..selectors.pages import moved_to, page_view
from ..selectors.search import search_page
from ..selectors.tree import branch as branch_nodes
from ..selectors.tree import tree_page

LIFE = timedelta(hours=1)


@page(fresh_for=LIFE)
def document(book: Book, path: str) -> Render | Moved:
    handbook, path = handbook_view(book), path.removesuffix("/")
    view = page_view(handbook, path)
    if view is not None:
        named = Named(view.id, path, view.title, slug=path.rpartition("/")[2])
        return Render(
            "documents/page.html",
            {"handbook": handbook, "page": view},
            later=(
                Part(
                    "backlinks",
                    partial(_mentions, handbook, named, view.keys),
                    "documents/backlinks.html",
                ),
            ),
        )
    address = moved_to(handbook, path)
    return Moved(address) if address else lost(handbook)


def _mentions(handbook: HandbookView, document: Named, keys: tuple[str, ...]) -> dict[str, Any]:
    return {"backlinks": backlinks(handbook, document, keys)}


@page(fresh_for=LIFE)
def branch(book: Book, document_id: UUID) -> Render:
    """Fragment: the children of one node of the tree."""
    handbook = handbook_view(book)
    return Render(
        "documents/branch.html", {"handbook": handbook, "nodes": branch_nodes(handbook, document_id)}
    )


@page(fresh_for=LIFE, query=("from_",))
def tree(book: Book, document_id: UUID | None = None, from_: str = "") -> Render:
    """The children of one document as a page, by parts: the whole tree without JavaScript."""
    handbook = handbook_view(book)
    view = tree_page(handbook, document_id, number_in(from_) or 0)
    return lost(handbook) if view is None else Render("documents/tree.html", {"handbook": handbook, **view})


@page(fresh_for=LIFE, query=("q", "page"))
def search(book: Book, q: str = "", page: str = "") -> Render:
    handbook = handbook_view(book)
    found = search_page(handbook, q, number_in(page) or 1)
    return Render(
        "documents/search.html",
        {
            "handbook": handbook,
            "query": found.query,
            "total": found.total,
            "results": found.results,
            "newer_url": found.newer_url,
            "older_url": found.older_url,
        },
    )


@page(fresh_for=LIFE, query=("before", "after"))
def changes(book: Book, before: str = "", after: str = "") -> Render:
    """Recent changes. `before` and `after` are positions in the log; what is none is passed over."""
    handbook = handbook_view(book)
    view = changes_page(handbook, before=number_in(before), after=number_in(after))
    return Render(
        "documents/changes.html",
        {
            "handbook": handbook,
            "days": view.days,
            "newer_url": view.newer_url,
            "older_url": view.older_url,
        },
    )


def lost(handbook: HandbookView) -> Render:
    """The same for everybody, so it asks nobody to sign in: the bar does, where somebody is not."""
    values = {"search_url": handbook.search_url, "typed": "", "may_sign_in": False}
    return Render("404.html", values, status=404)
