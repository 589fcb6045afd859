"""Which new text is which old one: the rule that lets blocks and task items keep their ids.

1. Same text. What is common in order first; what is left is taken wherever it moved to, the
   first of equal texts by the first.
2. Then the most similar, in order, between neighbours that are already matched.
3. Everything else is new.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Final

from apps.documents.text.sequences import Pair, common_pairs, gaps, rising
from apps.documents.text.similarity import Features

SIMILAR: Final = 0.5  # of the words (of short texts: letter pairs) shared, 0 to 1
MAX_CELLS: Final = 20_000  # comparisons in one call; beyond, only neighbours are compared
MAX_STRETCH: Final = 10_000  # texts without anything equal between them: nothing is looked for
_AHEAD: Final = 4


def match(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """For each new text the index of the old one it continues; no old one is used twice."""
    pairs = common_pairs(old, new)
    pairs.extend(_moved(old, new, pairs))
    used_old, used_new = {i for i, _ in pairs}, {j for _, j in pairs}
    stretches = gaps(rising(sorted(pairs)), (0, len(old), 0, len(new)))
    for i1, i2, j1, j2 in stretches:
        left = [i for i in range(i1, i2) if i not in used_old]
        right = [j for j in range(j1, j2) if j not in used_new]
        pairs.extend(_similar(old, new, left, right, MAX_CELLS // len(stretches)))
    found: list[int | None] = [None] * len(new)
    for i, j in pairs:
        found[j] = i
    return found


def continued(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Pairs (i, j), rising in both, of texts that are equal or similar."""
    pairs = common_pairs(old, new)
    stretches = gaps(pairs, (0, len(old), 0, len(new)))
    for i1, i2, j1, j2 in stretches:
        pairs.extend(_similar(old, new, range(i1, i2), range(j1, j2), MAX_CELLS // len(stretches)))
    return sorted(pairs)


def replaced(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """`continued`, and what stands in the place of a text that is gone counts as its new form.

    For merging: two people who put different words in one place have changed the same thing.
    """
    pairs = continued(old, new)
    for i1, i2, j1, j2 in gaps(pairs, (0, len(old), 0, len(new))):
        pairs.extend(zip(range(i1, i2), range(j1, j2), strict=False))
    return sorted(pairs)


def _moved(old: Sequence[str], new: Sequence[str], pairs: Sequence[Pair]) -> list[Pair]:
    used_old, used_new = {i for i, _ in pairs}, {j for _, j in pairs}
    left: dict[str, deque[int]] = defaultdict(deque)
    for i, text in enumerate(old):
        if i not in used_old:
            left[text].append(i)
    unmatched = ((j, text) for j, text in enumerate(new) if j not in used_new)
    return [(left[text].popleft(), j) for j, text in unmatched if left.get(text)]


def _similar(
    old: Sequence[str], new: Sequence[str], left: Sequence[int], right: Sequence[int], cells: int
) -> list[Pair]:
    """Pairs of similar texts, rising, with the greatest sum of similarity within `cells` comparisons."""
    if not left or not right or len(left) + len(right) > MAX_STRETCH:
        return []
    olds, news = [Features(old[i]) for i in left], [Features(new[j]) for j in right]
    if len(left) * len(right) <= cells:
        chosen = _best_order([[a.similarity(b) for b in news] for a in olds])
    else:
        chosen = _nearby(olds, news)
    return [(left[row], right[column]) for row, column in chosen]


def _best_order(scores: list[list[float]]) -> list[Pair]:
    rows, columns = len(scores), len(scores[0])
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            skipped = max(best[i + 1][j], best[i][j + 1])
            taken = best[i + 1][j + 1] + scores[i][j] if scores[i][j] >= SIMILAR else 0.0
            best[i][j] = max(skipped, taken)
    chosen: list[Pair] = []
    i = j = 0
    while i < rows and j < columns:
        if scores[i][j] >= SIMILAR and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            chosen.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return chosen


def _nearby(olds: Sequence[Features], news: Sequence[Features]) -> list[Pair]:
    """A long rewritten stretch: each new text looks only a few old ones ahead."""
    chosen: list[Pair] = []
    turn = 0
    for j, features in enumerate(news):
        for i in range(turn, min(turn + _AHEAD, len(olds))):
            if olds[i].similarity(features) >= SIMILAR:
                chosen.append((i, j))
                turn = i + 1
                break
    return chosen
