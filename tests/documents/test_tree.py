"""Moves as a pure function, on every tree of up to 6 nodes: a tree, what was asked, and nothing else."""

from collections.abc import Iterator
from itertools import product

import pytest

from apps.documents.tree import (
    GAP,
    MoveRefusedError,
    Node,
    Tree,
    children,
    free_slug,
    join,
    move,
    paths_above,
    place,
    rename,
)

GREATEST = 6
SLUGS = ("a", "b")  # few names, so that equal ones meet


def shapes(size: int) -> Iterator[tuple[int, ...]]:
    """The parents of nodes 1.. of every labelled tree whose root is 0: node n hangs below one before it."""
    return product(*(range(n) for n in range(1, size)))


def tree_of(parents: tuple[int, ...]) -> dict[int, Node[int]]:
    """Siblings in the order of their numbers, with slugs that other branches have as well."""
    nodes = {0: Node(0, None, 0, "", "")}
    for id, parent in enumerate(parents, start=1):
        siblings = children(nodes, parent)
        slug = free_slug(SLUGS[id % len(SLUGS)], {node.slug for node in siblings})
        nodes[id] = Node(id, parent, len(siblings) * 2, slug, join(nodes[parent].path, slug))
    return nodes


def below(nodes: Tree[int], id: int) -> set[int]:
    found = {id}
    for child in children(nodes, id):
        found |= below(nodes, child.id)
    return found


def order(nodes: Tree[int], parent: int | None) -> list[int]:
    return [node.id for node in children(nodes, parent)]


def check_tree(nodes: Tree[int]) -> None:
    assert below(nodes, 0) == set(nodes)  # no cycle, no orphan
    for node in nodes.values():
        if node.parent is not None:
            assert node.path == join(nodes[node.parent].path, node.slug)
    assert len({node.path for node in nodes.values()}) == len(nodes)
    assert len({(node.parent, node.position) for node in nodes.values()}) == len(nodes)


def check_move(nodes: Tree[int], id: int, parent: int, after: int | None) -> None:
    changed = move(nodes, id, parent, after)
    result = {**nodes, **changed}
    check_tree(result)
    wanted = [other for other in order(nodes, parent) if other != id]
    wanted.insert(wanted.index(after) + 1 if after is not None else 0, id)
    assert order(result, parent) == wanted
    for other in set(nodes) - {parent}:
        assert order(result, other) == [child for child in order(nodes, other) if child != id]
    assert all(nodes[key] != node for key, node in changed.items())
    for key in changed.keys() - below(nodes, id):  # those who make room, and only by their position
        assert (changed[key].path, changed[key].parent) == (nodes[key].path, parent)
    assert {node.id: node.slug for node in result.values() if node.id != id} == {
        node.id: node.slug for node in nodes.values() if node.id != id
    }


@pytest.mark.parametrize("size", range(1, GREATEST + 1))
def test_every_move_on_every_tree(size):
    moves = 0
    for parents in shapes(size):
        nodes = tree_of(parents)
        check_tree(nodes)
        for id, parent in product(nodes, nodes):
            for after in [None, *nodes]:
                fits = id != 0 and parent not in below(nodes, id)
                if fits and (after is None or (after in order(nodes, parent) and after != id)):
                    check_move(nodes, id, parent, after)
                    moves += 1
                else:
                    with pytest.raises(MoveRefusedError):
                        move(nodes, id, parent, after)
    assert moves == {1: 0, 2: 1, 3: 10, 4: 74, 5: 556, 6: 4512}[size]


@pytest.mark.parametrize("size", range(2, GREATEST))
def test_every_rename_on_every_tree(size):
    for parents in shapes(size):
        nodes = tree_of(parents)
        for id, slug in product(range(1, size), ("a", "b", "c")):
            changed = rename(nodes, id, slug)
            result = {**nodes, **changed}
            check_tree(result)
            assert changed.keys() <= below(nodes, id)
            assert all(nodes[key] != node for key, node in changed.items())
            siblings = {n.slug for n in children(nodes, nodes[id].parent) if n.id != id}
            assert result[id].slug == free_slug(slug, siblings)
            assert [order(result, other) for other in nodes] == [order(nodes, other) for other in nodes]
        with pytest.raises(MoveRefusedError):
            rename(nodes, 0, "c")


def test_a_part_of_the_tree_is_enough():
    """The subtree, the new parent, its ancestors and its children: the rest need not be read."""
    for parents in shapes(5):
        nodes = tree_of(parents)
        for id, parent in product(range(1, 5), range(5)):
            if parent in below(nodes, id):
                continue
            needed = below(nodes, id) | {parent, *order(nodes, parent)}
            above = nodes[parent].parent
            while above is not None:
                needed.add(above)
                above = nodes[above].parent
            assert move({key: nodes[key] for key in needed}, id, parent, None) == move(
                nodes, id, parent, None
            )


@pytest.mark.parametrize("after", [None, 0, 7, 19])
def test_positions_never_meet_however_often_one_spot_is_used(after):
    siblings = [Node(n, -1, n * GAP, f"s{n}", f"s{n}") for n in range(20)]
    wanted = [node.id for node in siblings]
    renumbered = 0
    for id in range(100, 300):
        position, shifted = place(siblings, after)
        renumbered += bool(shifted)
        siblings = [shifted.get(node.id, node) for node in siblings]
        siblings.append(Node(id, -1, position, f"s{id}", f"s{id}"))
        siblings.sort(key=lambda node: node.position)
        wanted.insert(wanted.index(after) + 1 if after is not None else 0, id)
        assert [node.id for node in siblings] == wanted
        assert len({node.position for node in siblings}) == len(siblings)
    assert (renumbered == 0) if after is None else (1 <= renumbered <= 10)


def test_a_place_behind_what_is_not_there_is_refused():
    with pytest.raises(MoveRefusedError):
        place([], 1)


def test_the_paths_above_a_path_begin_with_the_root_and_leave_it_out():
    assert [paths_above(path) for path in ("", "a", "a/b/c")] == [[], [""], ["", "a", "a/b"]]
