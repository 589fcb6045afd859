"""Finding names by what somebody types of them: the beginning, words, a piece, a slip of the finger. Pure.

Folded names are the lines of one text, the best first: looking through thousands of them is one search of a
string, which ends as soon as there are enough.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from heapq import merge
from itertools import accumulate, islice
from operator import itemgetter
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .folding import search_words, words_of

MAX_CHARS: Final = 200
MAX_WORDS: Final = 8
MIN_PIECE: Final = 3  # letters of a piece from within a word; shorter ones are everywhere
ENOUGH: Final = 3  # found as typed; then no slips are looked for
NEAR_MAX: Final = 200  # spellings looked at closely
ALIKE_MAX: Final = 12  # spellings that one word may stand for
STEP_CHARS: Final = 8  # names about as long stand in the order of their age
STEP: Final = 1e11  # more seconds than have passed since 1970

LINE: Final = itemgetter(1)
ORDER: Final = itemgetter(0, 1)


class Name(NamedTuple):
    """`line` is a line break and a space before words as search_words() gives them: so each word has a
    space before it. `weight` orders names, the least first."""

    weight: float
    line: str
    thing: Hashable


def name(text: str, at: float, thing: Hashable) -> Name:
    """What `thing` is called, last touched at a moment in s: shorter names come first, and of those about
    as long the last touched."""
    line = search_words(text)
    return Name(len(line) // STEP_CHARS * STEP - at, f"\n {line}", thing)


class Names:
    def __init__(self, names: Iterable[Name]) -> None:
        self.all = sorted(names, key=ORDER)

    def changed(self, gone: Iterable[Name], more: Iterable[Name]) -> Names:
        """Without some of these, and with more. Words that nothing has any more may be left in `_words`,
        where they find nothing; who makes all anew loses them."""
        changed, new_words = Names(()), set()
        changed.all = list(self.all)
        for each in gone:
            at = bisect_left(changed.all, ORDER(each), key=ORDER)
            while changed.all[at].thing != each.thing:
                at += 1
            del changed.all[at]
        for each in more:
            insort(changed.all, each, key=ORDER)
            new_words |= {*each.line.split()}
        if "_words" in vars(self):
            changed._words = self._words if new_words <= self._words else self._words | new_words
            changed._cut = self._cut if changed._words is self._words else {}
        return changed

    def beginning(self, words: Sequence[str]) -> Iterator[Name]:
        return self._with(f"\n {' '.join(words)}")

    def by_words(self, words: Sequence[str]) -> Iterator[Name]:
        """Each word begins one of the name's, in any order."""
        return self._with_all([f" {word}" for word in words])

    def within(self, words: Sequence[str]) -> Iterator[Name]:
        """Each word is somewhere in the name."""
        return self._with_all(words) if max(map(len, words)) >= MIN_PIECE else iter(())

    def by_slips(self, words: Sequence[str]) -> Iterator[Name]:
        """Each word is nearly the beginning of one of the name's; the fewer slips the better."""
        first, *others = [self._alike(word) for word in sorted(words, key=len, reverse=True)]
        if not all(others):
            return
        for beginning in first:
            for each in self._with(f" {beginning}"):
                if all(any(f" {word}" in each.line for word in alike) for alike in others):
                    yield each

    def _with_all(self, parts: Sequence[str]) -> Iterator[Name]:
        rarest = min(parts, key=self._text.count) if len(parts) > 1 else parts[0]
        for each in self._with(rarest):
            if all(part in each.line for part in parts):
                yield each

    def _with(self, part: str) -> Iterator[Name]:
        """The names whose lines hold it, each once."""
        at = self._text.find(part)
        while at >= 0:
            n = bisect_right(self._starts, at) - 1
            yield self.all[n]
            at = self._text.find(part, self._starts[n + 1]) if n + 1 < len(self.all) else -1

    def _alike(self, word: str) -> list[str]:
        """Beginnings of words that it may have been meant for, the nearest first. One that is a letter
        longer is told from what it would be without that letter."""
        most = slips_allowed(word)
        if most == 0:
            return [word] if f" {word}" in self._text else []
        near = process.extract(
            word, self._beginnings(len(word) + 1), scorer=OSA.distance, score_cutoff=most + 1, limit=NEAR_MAX
        )
        found: dict[str, int] = {}
        for beginning, _slips, _at in near:
            cuts = (beginning[:length] for length in range(len(word) - 1, len(word) + 2))
            slips, cut = min((OSA.distance(word, cut), cut) for cut in cuts)
            if slips <= most:
                found[cut] = slips
        best: list[str] = []
        for beginning in sorted(found, key=lambda each: (found[each], len(each), each)):
            if not any(beginning.startswith(better) for better in best):
                best.append(beginning)
        return best[:ALIKE_MAX]

    def _beginnings(self, length: int) -> list[str]:
        if length not in self._cut:
            self._cut[length] = list({word[:length] for word in self._words})
        return self._cut[length]

    @cached_property
    def _text(self) -> str:
        return "".join(map(LINE, self.all))

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate(map(len, map(LINE, self.all)), initial=0))

    @cached_property
    def _words(self) -> set[str]:
        return set(self._text.split())

    @cached_property
    def _cut(self) -> dict[int, list[str]]:
        return {}


WAYS: Final[tuple[Callable[[Names, Sequence[str]], Iterator[Name]], ...]] = (
    Names.beginning,
    Names.by_words,
    Names.within,
    Names.by_slips,
)


def found(groups: Sequence[Sequence[Names]], text: str, most: int) -> list[Hashable]:
    """What is called so, the best first: a name that begins so before one with a word that does, before
    one that holds it; within these one group after the other. Where there is hardly any, what may have
    been meant."""
    words = tuple(words_of(text[:MAX_CHARS]))[:MAX_WORDS]
    things: dict[Hashable, None] = {}
    for way in WAYS if words else ():
        if way is Names.by_slips and len(things) >= ENOUGH:
            break
        for group in groups:
            ways = [way(names, words) for names in group]
            best = islice(ways[0] if len(ways) == 1 else merge(*ways, key=ORDER), 2 * most)
            things |= {each.thing: None for each in best}
            if len(things) >= most:
                return list(things)[:most]
    return list(things)


def slips_allowed(word: str) -> int:
    return 0 if len(word) < 4 else 1 if len(word) < 7 else 2
