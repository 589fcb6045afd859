"""Every pair of moves on every tree of up to 4 nodes, as two real transactions at once."""

from __future__ import annotations

import threading
from itertools import combinations_with_replacement, product
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.people import SYSTEM
from apps.documents.actions.places import move_document
from apps.documents.models import Document
from apps.documents.tree import Node
from apps.events.actions import RefusedError
from apps.events.guard import opened
from apps.events.ids import new_id
from apps.tenants.models import Handbook
from tests.documents.test_tree import below, check_tree, order, shapes, tree_of
from tests.integration.racing import meeting, waits_next

GREATEST = 4
type Move = tuple[int, int, int | None]


def moves(nodes: dict[int, Node[int]]) -> list[Move]:
    return [
        (id, parent, after)
        for id, parent in product(nodes, nodes)
        if id != 0 and parent not in below(nodes, id)
        for after in (None, *(child for child in order(nodes, parent) if child != id))
    ]


class Case:
    """A handbook of its own for one tree and one pair of moves."""

    def __init__(self, nodes: dict[int, Node[int]], pair: tuple[Move, Move]) -> None:
        now = timezone.now()
        self.pair = pair
        self.ids = {id: new_id() for id in nodes}
        self.handbook = Handbook(slug=f"h-{self.ids[0].hex[-20:]}", title="Guide", created_at=now)
        self.rows = [
            Document(
                id=self.ids[node.id],
                handbook=self.handbook,
                parent_id=None if node.parent is None else self.ids[node.parent],
                position=node.position,
                slug=node.slug,
                path=node.path,
                title=f"Page {node.id}",
                created_at=now,
                updated_at=now,
            )
            for node in nodes.values()
        ]

    def move(self, index: int) -> None:
        id, parent, after = self.pair[index]
        move_document(
            SYSTEM,
            self.ids[id],
            parent_id=self.ids[parent],
            after_id=None if after is None else self.ids[after],
        )


@pytest.mark.postgresql_only("SQLite's writers are serial as they are")
@pytest.mark.django_db(transaction=True)
def test_no_pair_of_moves_makes_a_cycle_an_orphan_or_a_path_twice():
    trees = [tree_of(parents) for size in range(2, GREATEST + 1) for parents in shapes(size)]
    cases = [Case(nodes, pair) for nodes in trees for pair in combinations_with_replacement(moves(nodes), 2)]
    with opened():
        Handbook.objects.bulk_create(case.handbook for case in cases)
        Document.objects.bulk_create(row for case in cases for row in case.rows)
    unexpected: list[Exception] = []
    refused: list[Case] = []
    barrier = threading.Barrier(2)

    def run(index: int) -> None:
        for case in cases:
            waits_next()
            try:
                case.move(index)
            except RefusedError:
                refused.append(case)
            except Exception as error:
                unexpected.append(error)
        connection.close()

    with meeting(barrier):
        threads = [threading.Thread(target=run, args=[index]) for index in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert unexpected == []
    assert 0 < len(refused) < len(cases)
    found: dict[UUID, dict[UUID, Node[UUID]]] = {}
    for row in Document.objects.all():
        node = Node(row.pk, row.parent_id, row.position, row.slug, row.path)
        found.setdefault(row.handbook_id, {})[row.pk] = node
    for case in cases:
        number = {id: key for key, id in case.ids.items()}
        nodes = found[case.handbook.pk].values()
        check_tree(
            {
                number[n.id]: Node(
                    number[n.id], None if n.parent is None else number[n.parent], n.position, n.slug, n.path
                )
                for n in nodes
            }
        )
