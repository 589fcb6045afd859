"""The tree that readers see: the way to a page, what stands beside it, the branches of the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from apps.queries.projections import depends_on, has, one, projection, select
from apps.queries.results import groups

from ..models import Document
from ..tree import paths_above
from .handbook import Crumb, HandbookView, page_url
from .links import readable

LEVEL_MAX = 200  # siblings shown at once; the tree's own pages lead to the rest


@dataclass(frozen=True)
class TreeNode:
    id: UUID
    title: str
    url: str
    has_children: bool
    open: bool
    current: bool
    branch_url: str
    tree_url: str
    children: tuple[TreeNode, ...] = ()


@projection(Document, stream="handbook_id", where=readable())
class Place:
    """A readable document in the tree, as far as drawing it needs."""

    id: UUID
    parent_id: UUID | None
    title: str
    path: str
    has_children: bool = has(Document, "parent_id", readable())


IN_ORDER = ("position", "pk")


def way_and_levels(handbook_id: UUID, path: str) -> list[Place]:
    """The document at `path`, its ancestors from the home page on, then the children of each of them, in
    order; in two queries. Empty where no readable document is there."""
    above = way_to(handbook_id, path)
    if not above:
        return []
    levels = groups(Place, handbook_id, "parent_id", [place.id for place in above], IN_ORDER)
    return [above[0], *(place for level in levels.values() for place in level)]


def way_to(handbook_id: UUID, path: str) -> list[Place]:
    """From the home page to the readable document at `path`; empty where there is none."""
    way = [*paths_above(path), path]
    found = {place.path: place for place in select(Place, handbook_id, path=way)}
    return [found[step] for step in way if step in found] if path in found else []


def by_parent(rows: Iterable[Place]) -> dict[UUID | None, list[Place]]:
    levels: dict[UUID | None, list[Place]] = defaultdict(list)
    for row in rows:
        levels[row.parent_id].append(row)
    return levels


def node(handbook: HandbookView, place: Place, **values: Any) -> TreeNode:
    at = {"handbook": handbook.slug, "document_id": place.id}
    values = {"open": False, "current": False} | values
    return TreeNode(
        id=place.id,
        title=place.title,
        url=page_url(handbook.slug, place.path),
        has_children=place.has_children,
        branch_url=reverse("documents:branch", kwargs=at),
        tree_url=reverse("documents:tree_below", kwargs=at),
        **values,
    )


def tree_nodes(
    handbook: HandbookView, levels: dict[UUID | None, list[Place]], parent: UUID, current: UUID
) -> tuple[TreeNode, ...]:
    """The children of `parent`, those on the way to `current` opened."""
    opened = {place.id for place in levels[parent] if place.id in levels or place.id == current}
    return tuple(
        node(
            handbook,
            place,
            open=place.id in levels and place.has_children,
            current=place.id == current,
            children=tree_nodes(handbook, levels, place.id, current) if place.id in levels else (),
        )
        for place in around(levels[parent], opened)
    )


def around(level: list[Place], kept: set[UUID]) -> list[Place]:
    """LEVEL_MAX siblings about the first that is kept."""
    index = next((n for n, place in enumerate(level) if place.id in kept), 0)
    start = max(0, min(index - LEVEL_MAX // 2, len(level) - LEVEL_MAX))
    return level[start : start + LEVEL_MAX]


def branch(handbook: HandbookView, parent_id: UUID, start: int = 0) -> tuple[TreeNode, ...]:
    """LEVEL_MAX children of one node from the `start`-th on."""
    rows = select(Place, handbook.id, parent_id=parent_id, order=IN_ORDER, start=start, most=LEVEL_MAX)
    return tuple(node(handbook, place) for place in rows)


def previous_and_next(
    handbook: HandbookView, way: Sequence[Place], levels: dict[UUID | None, list[Place]]
) -> tuple[Crumb | None, Crumb | None]:
    """Neighbours in reading order: parents before children, depth first. `way` leads from the home
    page to the document."""
    here, *above = reversed(way)
    before = None
    if above:
        siblings = levels[above[0].id]
        index = siblings.index(here)
        before = _last_below(handbook.id, siblings[index - 1]) if index else above[0]
    after = levels[here.id][0] if levels.get(here.id) else _next_beside(here, above, levels)
    return _crumb(handbook, before), _crumb(handbook, after)


def _next_beside(here: Place, above: Sequence[Place], levels: dict[UUID | None, list[Place]]) -> Place | None:
    for parent in above:
        siblings = levels[parent.id]
        index = siblings.index(here) + 1
        if index < len(siblings):
            return siblings[index]
        here = parent
    return None


def _crumb(handbook: HandbookView, place: Place | None) -> Crumb | None:
    return Crumb(place.title, page_url(handbook.slug, place.path)) if place else None


LAST_BELOW = """
WITH RECURSIVE down(id, depth) AS (
    SELECT %s, 0
    UNION ALL
    SELECT (SELECT child.id FROM documents_document child
            WHERE child.parent_id = down.id AND child.published_at IS NOT NULL AND child.binned_at IS NULL
            ORDER BY child.position DESC, child.id DESC LIMIT 1), depth + 1
    FROM down WHERE down.id IS NOT NULL
)
SELECT document.id, document.parent_id, document.title, document.path
FROM down JOIN documents_document document ON document.id = down.id ORDER BY depth
"""


def _last_below(handbook_id: UUID, place: Place) -> Place:
    """The last of the last children, however deep."""
    if not place.has_children:
        return place
    field = Document._meta.pk
    start = "CAST(%s AS uuid)" if connection.vendor == "postgresql" else "%s"
    with connection.cursor() as cursor:
        cursor.execute(LAST_BELOW.replace("%s", start, 1), [field.get_db_prep_value(place.id, connection)])
        found = cursor.fetchall()
    down = [Place(_uuid(id), _uuid(parent), title, path, False) for id, parent, title, path in found]
    below = [each.id for each in down]
    depends_on(handbook_id, Document, "parent_id", below, "position", where=readable())
    if not down:  # it went while we looked
        return place
    depends_on(handbook_id, Document, "id", [down[-1].id], "title", "path", where=readable())
    return down[-1]


def _uuid(value: Any) -> UUID:
    """SQLite gives text."""
    return value if isinstance(value, UUID) else UUID(value)


def tree_page(handbook: HandbookView, parent_id: UUID | None, start: int) -> dict[str, Any] | None:
    """Context of the tree's page below a document (None: the home page); None where it is not readable."""
    at: dict[str, Any] = {"id": parent_id} if parent_id else {"path": ""}
    parent = one(Place, handbook.id, **at)
    if parent is None:
        return None
    above = way_to(handbook.id, parent.path)[:-1]
    nodes = branch(handbook, parent.id, start)
    url = reverse("documents:tree_below", kwargs={"handbook": handbook.slug, "document_id": parent.id})
    return {
        "parent": Crumb(parent.title, page_url(handbook.slug, parent.path)),
        "breadcrumbs": tuple(Crumb(p.title, node(handbook, p).tree_url) for p in above),
        "nodes": nodes,
        "newer_url": f"{url}?from={max(0, start - LEVEL_MAX)}" if start else None,
        "older_url": f"{url}?from={start + LEVEL_MAX}" if len(nodes) == LEVEL_MAX else None,
    }
