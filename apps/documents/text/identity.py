"""Ids of blocks and task items: kept through edits, opaque, unique within a document."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from apps.documents.text.blocks import Block, Item, Mint
from apps.documents.text.matching import match


def block_ids(texts: Sequence[str], previous: Sequence[Block], mint: Mint) -> list[str]:
    """An id for each text: that of the previous block it continues, else a new one."""
    found = match([block.text for block in previous], texts)
    kept = [previous[i].id if i is not None else None for i in found]
    return _complete(kept, {block.id for block in previous}, mint)


def item_ids(items: Sequence[tuple[str, str]], previous: Sequence[Block], mint: Mint) -> list[str]:
    """An id for each (block id, text) of the task items of a document, in order.

    Equal words within the same block come first, so that two lists with equal items are not mixed
    up; then equal words anywhere, then the most similar in order.
    """
    old = [(block.id, item) for block in previous for item in block.items]
    kept, left = _within_blocks(items, old)
    open_items = [index for index, item_id in enumerate(kept) if item_id is None]
    found = match([item.text for item in left], [items[index][1] for index in open_items])
    for index, i in zip(open_items, found, strict=True):
        kept[index] = left[i].id if i is not None else None
    return _complete(kept, {item.id for _, item in old}, mint)


def _within_blocks(
    items: Sequence[tuple[str, str]], old: Sequence[tuple[str, Item]]
) -> tuple[list[str | None], list[Item]]:
    """Ids of the items found by block and words, and the old items that are left."""
    places: dict[tuple[str, str], deque[Item]] = defaultdict(deque)
    for block_id, item in old:
        places[block_id, item.text].append(item)
    kept: list[str | None] = []
    for key in items:
        queue = places.get(key)
        kept.append(queue.popleft().id if queue else None)
    used = set(kept)
    return kept, [item for _, item in old if item.id not in used]


def _complete(kept: Sequence[str | None], known: set[str], mint: Mint) -> list[str]:
    """Fills the gaps with ids that neither this nor the previous text has."""
    used = set(known)
    given: set[str] = set()
    ids: list[str] = []
    for candidate in kept:
        fresh = candidate
        if fresh is None or fresh in given:
            fresh = mint()
            while fresh in used:
                fresh = mint()
        used.add(fresh)
        given.add(fresh)
        ids.append(fresh)
    return ids
