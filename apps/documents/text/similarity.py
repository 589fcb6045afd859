"""How alike two texts are: the share of words they have in common; for short ones, of letter pairs."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from itertools import pairwise
from typing import Final

_WORD = re.compile(r"\w+|[^\w\s]")
_FEW_WORDS: Final = 8  # below, one changed word would weigh too much
_MAX_CHARS: Final = 20_000  # of a text that is looked at: two long texts differ early or not at all


class Features:
    """A text prepared for comparing with many others."""

    def __init__(self, text: str) -> None:
        self._text = text[:_MAX_CHARS]

    def similarity(self, other: Features) -> float:
        """Dice's coefficient, 0 to 1: twice the shared features over all features of both."""
        if min(self._words.total(), other._words.total()) < _FEW_WORDS:
            return _dice(self._letters, other._letters)
        return _dice(self._words, other._words)

    @cached_property
    def _words(self) -> Counter[str]:
        return Counter(_WORD.findall(self._text))

    @cached_property
    def _letters(self) -> Counter[str]:
        text = " ".join(self._text.split())
        return Counter(map("".join, pairwise(text)))


def _dice(a: Counter[str], b: Counter[str]) -> float:
    total = a.total() + b.total()
    smaller, larger = (a, b) if len(a) < len(b) else (b, a)
    shared = sum(min(count, larger[feature]) for feature, count in smaller.items())
    return 2 * shared / total if total else 0.0
