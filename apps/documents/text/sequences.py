"""What two sequences have in common, in order: the base of matching, merging and comparing.

Not always the longest common subsequence - that costs the product of the lengths - but close to
what a reader would mark: equal ends, then what is unique on both sides in the longest order that
rises on both (patience), then the same between those; small stretches exactly, large ones greedily.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

type Pair = tuple[int, int]
type Bounds = tuple[int, int, int, int]

EXACT_CELLS: Final = 4_000  # of one stretch
ALL_EXACT_CELLS: Final = 2_000_000  # of one call
MAX_DEPTH: Final = 40


def common_pairs(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Pairs (i, j) with old[i] == new[j], rising in both. Close to linear in time, whatever the input."""
    pairs: list[Pair] = []
    budget = ALL_EXACT_CELLS
    pending: list[tuple[int, Bounds]] = [(0, (0, len(old), 0, len(new)))]
    while pending:
        depth, whole = pending.pop()
        ends, bounds = _equal_ends(old, new, whole)
        pairs.extend(ends)
        i1, i2, j1, j2 = bounds
        cells = (i2 - i1) * (j2 - j1)
        if cells == 0:
            continue
        anchors = rising(_unique_pairs(old, new, bounds)) if depth < MAX_DEPTH else []
        if anchors:
            pairs.extend(anchors)
            pending.extend((depth + 1, gap) for gap in gaps(anchors, bounds))
        elif cells <= min(EXACT_CELLS, budget):
            budget -= cells
            pairs.extend(_longest(old, new, bounds))
        else:
            pairs.extend(_greedy(old, new, bounds))
    return sorted(pairs)


def _equal_ends(old: Sequence[str], new: Sequence[str], bounds: Bounds) -> tuple[list[Pair], Bounds]:
    i1, i2, j1, j2 = bounds
    pairs: list[Pair] = []
    while i1 < i2 and j1 < j2 and old[i1] == new[j1]:
        pairs.append((i1, j1))
        i1, j1 = i1 + 1, j1 + 1
    while i1 < i2 and j1 < j2 and old[i2 - 1] == new[j2 - 1]:
        i2, j2 = i2 - 1, j2 - 1
        pairs.append((i2, j2))
    return pairs, (i1, i2, j1, j2)


def gaps(pairs: Iterable[Pair], bounds: Bounds) -> list[Bounds]:
    """The stretches before, between and after rising pairs where both or one side has something."""
    i, end_i, j, end_j = bounds
    found: list[Bounds] = []
    for pair_i, pair_j in [*pairs, (end_i, end_j)]:
        if i < pair_i or j < pair_j:
            found.append((i, pair_i, j, pair_j))
        i, j = pair_i + 1, pair_j + 1
    return found


def rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest selection of pairs, given in order of i, whose j rises as well."""
    tails: list[int] = []
    tail_index: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        before.append(tail_index[place - 1] if place else -1)
        tails[place : place + 1] = [j]
        tail_index[place : place + 1] = [index]
    chosen: list[Pair] = []
    index = tail_index[-1] if tail_index else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _unique_pairs(old: Sequence[str], new: Sequence[str], bounds: Bounds) -> list[Pair]:
    i1, i2, j1, j2 = bounds
    places = _places(new, j1, j2)
    once = {text: js[0] for text, js in places.items() if len(js) == 1}
    return [
        (indexes[0], once[text])
        for text, indexes in _places(old, i1, i2).items()
        if len(indexes) == 1 and text in once
    ]


def _places(texts: Sequence[str], start: int, end: int) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for index in range(start, end):
        places[texts[index]].append(index)
    return places


def _longest(old: Sequence[str], new: Sequence[str], bounds: Bounds) -> list[Pair]:
    """The longest common subsequence by the textbook table."""
    i1, i2, j1, j2 = bounds
    rows, columns = i2 - i1, j2 - j1
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(columns - 1, -1, -1):
            same = old[i1 + i] == new[j1 + j]
            row[j] = below[j + 1] + 1 if same else max(below[j], row[j + 1])
    pairs: list[Pair] = []
    i = j = 0
    while i < rows and j < columns:
        if old[i1 + i] == new[j1 + j]:
            pairs.append((i1 + i, j1 + j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _greedy(old: Sequence[str], new: Sequence[str], bounds: Bounds) -> list[Pair]:
    """Each old text takes the next equal new one that is not far ahead of its turn."""
    i1, i2, j1, j2 = bounds
    places = _places(new, j1, j2)
    pairs: list[Pair] = []
    reach = max(64, abs((j2 - j1) - (i2 - i1)) + 64)
    j = j1
    for i in range(i1, i2):
        candidates = places.get(old[i], [])
        at = bisect_left(candidates, j)
        if at < len(candidates) and candidates[at] - j <= reach:
            pairs.append((i, candidates[at]))
            j = candidates[at] + 1
    return pairs
