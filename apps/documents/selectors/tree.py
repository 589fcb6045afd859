"""The tree that readers see: the way to a page, what stands beside it, the branches of the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from ..models import Document
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


@dataclass(frozen=True)
class Place:
    """A readable document in the tree, as far as drawing it needs."""

    id: UUID
    parent_id: UUID | None
    title: str
    path: str
    has_children: bool


PLACE = ("pk", "parent_id", "title", "path", "has_children")


def places(handbook_id: UUID) -> Any:
    """Query of readable documents in order, as rows for Place."""
    below = Document.objects.filter(readable(), parent_id=OuterRef("pk"))
    rows = Document.objects.filter(readable(), handbook_id=handbook_id)
    return rows.annotate(has_children=Exists(below)).order_by("position", "pk").values_list(*PLACE)


def way_and_levels(handbook_id: UUID, path: str) -> list[Place]:
    """In one query: the document at `path`, its ancestors, and the children of each of them, in order."""
    steps = path.split("/") if path else []
    way = ["", *("/".join(steps[: n + 1]) for n in range(len(steps)))]
    rows = places(handbook_id).filter(Q(path__in=way) | Q(parent__path__in=way))
    return [Place(*values) for values in rows]


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
    rows = places(handbook.id).filter(parent_id=parent_id)[start : start + LEVEL_MAX]
    return tuple(node(handbook, Place(*values)) for values in rows)


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
SELECT id FROM down WHERE id IS NOT NULL ORDER BY depth DESC LIMIT 1
"""


def _last_below(handbook_id: UUID, place: Place) -> Place:
    """The last of the last children, however deep, in one query."""
    if not place.has_children:
        return place
    field = Document._meta.pk
    start = "CAST(%s AS uuid)" if connection.vendor == "postgresql" else "%s"
    with connection.cursor() as cursor:
        cursor.execute(LAST_BELOW.replace("%s", start, 1), [field.get_db_prep_value(place.id, connection)])
        (id,) = cursor.fetchone()
    last = places(handbook_id).filter(pk=id if isinstance(id, UUID) else UUID(id)).first()
    return Place(*last) if last else place  # it went while we looked


def tree_page(handbook: HandbookView, parent_id: UUID | None, start: int) -> dict[str, Any] | None:
    """Context of the tree's page below a document (None: the home page); None where it is not readable."""
    at = {"pk": parent_id} if parent_id else {"path": ""}
    values = places(handbook.id).filter(**at).first()
    if values is None:
        return None
    parent = Place(*values)
    way = way_and_levels(handbook.id, parent.path)
    above = [place for place in way if parent.path != place.path and _is_above(place.path, parent.path)]
    above.sort(key=lambda place: len(place.path))
    nodes = branch(handbook, parent.id, start)
    url = reverse("documents:tree_below", kwargs={"handbook": handbook.slug, "document_id": parent.id})
    return {
        "parent": Crumb(parent.title, page_url(handbook.slug, parent.path)),
        "breadcrumbs": tuple(Crumb(p.title, node(handbook, p).tree_url) for p in above),
        "nodes": nodes,
        "newer_url": f"{url}?from={max(0, start - LEVEL_MAX)}" if start else None,
        "older_url": f"{url}?from={start + LEVEL_MAX}" if len(nodes) == LEVEL_MAX else None,
    }


def _is_above(path: str, other: str) -> bool:
    return path == "" or other.startswith(f"{path}/")
