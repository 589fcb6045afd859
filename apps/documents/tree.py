"""Moves in a tree, as a pure function: which places change when a document goes elsewhere.

No cycle, orphan or equal path can come out of it; what would make one is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop

from .text.slugs import MAX_SLUG

GAP = 1 << 20  # between neighbours, so that 20 insertions at one spot pass before a renumbering


class MoveRefusedError(ValueError):
    """A place that a document cannot have: below itself, or after what is not there."""


@dataclass(frozen=True)
class Node[K]:
    """The place of one document. The root has parent None and path ''."""

    id: K
    parent: K | None
    position: int
    slug: str
    path: str


type Tree[K] = Mapping[K, Node[K]]


def children[K](nodes: Tree[K], parent: K | None) -> list[Node[K]]:
    """In order."""
    return sorted((n for n in nodes.values() if n.parent == parent), key=lambda n: n.position)


def move[K](nodes: Tree[K], id: K, parent: K, after: K | None) -> dict[K, Node[K]]:
    """Put `id` and all below it under `parent`, behind its child `after` (None: first).

    `nodes` holds at least the subtree of `id`, `parent` and all its ancestors and children. Returns
    the nodes that change. A slug that a new sibling has gets a number. Raises MoveRefusedError.
    """
    node = nodes[id]
    if node.parent is None:
        raise MoveRefusedError(gettext_noop("the root stays where it is"))
    if any(above.id == id for above in _with_ancestors(nodes, parent)):
        raise MoveRefusedError(gettext_noop("a document cannot stand below itself"))
    siblings = [n for n in children(nodes, parent) if n.id != id]
    position, shifted = place(siblings, after)
    slug = free_slug(node.slug, {n.slug for n in siblings})
    moved = replace(node, parent=parent, position=position, slug=slug)
    return shifted | repath(nodes, moved, nodes[parent].path)


def rename[K](nodes: Tree[K], id: K, slug: str) -> dict[K, Node[K]]:
    """Give `id` another slug where it stands. Returns the nodes that change."""
    node = nodes[id]
    if node.parent is None:
        raise MoveRefusedError(gettext_noop("the root has no slug"))
    siblings = {n.slug for n in children(nodes, node.parent) if n.id != id}
    named = replace(node, slug=free_slug(slug, siblings))
    return repath(nodes, named, nodes[node.parent].path)


def repath[K](nodes: Tree[K], node: Node[K], parent_path: str) -> dict[K, Node[K]]:
    """`node` below `parent_path`, and all below it, as far as they change."""
    changed: dict[K, Node[K]] = {}
    below: dict[K | None, list[Node[K]]] = {}
    for other in nodes.values():
        below.setdefault(other.parent, []).append(other)
    waiting = [(node, parent_path)]
    while waiting:
        current, above = waiting.pop()
        current = replace(current, path=join(above, current.slug))
        if current != nodes.get(current.id):
            changed[current.id] = current
        waiting.extend((child, current.path) for child in below.get(current.id, []))
    return changed


def place[K](siblings: list[Node[K]], after: K | None) -> tuple[int, dict[K, Node[K]]]:
    """A position behind `after` among the ordered siblings, and those renumbered to make room."""
    index = _index_behind(siblings, after)
    low = siblings[index - 1].position if index else None
    high = siblings[index].position if index < len(siblings) else None
    if low is None and high is None:
        return 0, {}
    if high is None:
        return (low or 0) + GAP, {}
    if low is None:
        return high - GAP, {}
    if high - low > 1:
        return (low + high) // 2, {}
    spread = [replace(n, position=(i + (i >= index)) * GAP) for i, n in enumerate(siblings)]
    return index * GAP, {new.id: new for new, old in zip(spread, siblings, strict=True) if new != old}


def _index_behind[K](siblings: Iterable[Node[K]], after: K | None) -> int:
    if after is None:
        return 0
    for index, node in enumerate(siblings):
        if node.id == after:
            return index + 1
    raise MoveRefusedError(gettext_noop("what it should stand behind is not there"))


def free_slug(slug: str, taken: Collection[str]) -> str:
    """`slug`, else the first of slug-2, slug-3, ... that is free, no longer than a slug may be."""
    candidate, number = slug, 1
    while candidate in taken:
        number += 1
        suffix = f"-{number}"
        candidate = slug[: MAX_SLUG - len(suffix)].rstrip("-") + suffix
    return candidate


def join(parent_path: str, slug: str) -> str:
    return f"{parent_path}/{slug}" if parent_path else slug


def paths_above(path: str) -> list[str]:
    """The paths above a path, from the root's on; none above the root's own."""
    steps = path.split("/") if path else []
    return ["/".join(steps[:n]) for n in range(len(steps))]


def _with_ancestors[K](nodes: Tree[K], id: K) -> Iterable[Node[K]]:
    key: K | None = id
    while key is not None:
        yield nodes[key]
        key = nodes[key].parent
