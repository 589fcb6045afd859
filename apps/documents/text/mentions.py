"""Whom `@Anna Berg` in a comment means, among the people it may mean.

The longest name that stands there is meant, in any case of letters; else, where exactly one person has it,
the first name. Two people of one name are told apart by the end of their ids: `@Anna Berg (7c1e)`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

MARK: Final = "@"
SUFFIX_CHARS: Final = 4
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019\-.][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Called:
    """What stands behind an `@`: `typed` is the name, `person` the id of who is meant, "" for nobody and
    for several; `candidates` are the ways to write each of several."""

    typed: str
    person: str = ""
    candidates: tuple[str, ...] = ()


class People:
    """Those who can be mentioned: names by id. `remembered` is whom names meant when the text was last
    saved: they still do, whatever people are called by now."""

    def __init__(self, names: Mapping[str, str], remembered: Mapping[str, str] | None = None) -> None:
        self._shown = spellings(names)
        self._meant: dict[str, set[str]] = defaultdict(set)
        self._begun: dict[str, set[str]] = defaultdict(set)  # names by their first word
        self._first: dict[str, set[str]] = defaultdict(set)  # people by it
        for id, name in names.items():
            for way in {name, self._shown[id]}:
                self._note(way).add(id)
            self._first[_first_word(name)].add(id)
        for typed, id in (remembered or {}).items():
            meant = self._note(typed)
            meant.clear()
            meant.add(id)

    def _note(self, way: str) -> set[str]:
        self._begun[_first_word(way)].add(way)
        return self._meant[way.casefold()]

    def called(self, text: str, start: int) -> Called | None:
        """Who is called at `start`, just behind the `@`; None where no word stands."""
        word = _WORD.match(text, start)
        if word is None:
            return None
        first = word[0].casefold()
        for way in sorted(self._begun.get(first, ()), key=len, reverse=True):
            end = start + len(way)
            if text[start:end].casefold() == way.casefold() and not text[end : end + 1].isalnum():
                return self._told(text[start:end], self._meant[way.casefold()])
        return self._told(word[0], self._first.get(first, set()))

    def _told(self, typed: str, ids: set[str]) -> Called:
        if len(ids) == 1:
            return Called(typed, next(iter(ids)))
        return Called(typed, candidates=tuple(sorted(self._shown[id] for id in ids if id in self._shown)))


def _first_word(name: str) -> str:
    word = _WORD.match(name)
    return word[0].casefold() if word else ""


def spellings(names: Mapping[str, str]) -> dict[str, str]:
    """How to write each person so that nobody else is meant, by id."""
    alike: dict[str, list[str]] = defaultdict(list)
    for id, name in names.items():
        alike[name.casefold()].append(id)
    return {
        id: f"{name} ({id[-SUFFIX_CHARS:]})" if len(alike[name.casefold()]) > 1 else name
        for id, name in names.items()
    }


def people_of(pairs: Iterable[tuple[object, str]]) -> dict[str, str]:
    """Names by id, each in one line: as they are looked for in a text."""
    return {str(id): " ".join(name.split()) for id, name in pairs if name.strip()}
