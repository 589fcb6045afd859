"""The part of a text that shows why it was found."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from markupsafe import Markup, escape

from .folding import ACCENTS, fold, is_unspaced
from .queries import Phrase, Query

LENGTH: Final = 240  # characters, without the marks
LEAD: Final = 60  # of them before the first match
MATCHES_MAX: Final = 30  # of each phrase

# What goes on with a word: letters, digits, and the vowels and tones of Hebrew to Sinhala. The whole
# class of marks would take longer to compile than all else here takes to run.
_WORD_CHAR = rf"[^\W_]|[{ACCENTS}\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff]"


class _Folding(dict[int, str]):
    """One character folded to one character, so that places in folded text are places in the text."""

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code))
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


_FOLDING = _Folding()


def excerpt(plain: str, query: Query) -> Markup:
    """About LENGTH characters of `plain` around its best match, escaped, each match in <mark>."""
    text = " ".join(plain.split())
    folded = text.lower() if text.isascii() else text.translate(_FOLDING)
    matches = _matches(folded, query)
    start = _start(text, _best(matches))
    end = _end(text, start)
    parts = [escape("… " if start else "")]
    at = start
    for first, last, _which in matches:
        if first >= at and last <= end:
            parts += [escape(text[at:first]), Markup("<mark>{}</mark>").format(text[first:last])]
            at = last
    parts.append(escape(text[at:end] + (" …" if end < len(text) else "")))
    return Markup().join(parts)


def _matches(folded: str, query: Query) -> list[tuple[int, int, int]]:
    """(first, last, which phrase), in order of the text, none within another."""
    between = "" if folded.isascii() else f"[{ACCENTS}]*"
    found: list[tuple[int, int, int]] = []
    for which, phrase in enumerate(query.wanted):
        begins_anywhere = is_unspaced(phrase.words[0])
        matches = re.finditer(_pattern(phrase, between), folded)
        spans = (match.span() for match in matches)
        whole = (
            span for span in spans if begins_anywhere or not folded[max(0, span[0] - 1) : span[0]].isalnum()
        )
        found += [(*span, which) for span in islice(whole, MATCHES_MAX)]
    return _apart(sorted(found))


def _apart(matches: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    kept: list[tuple[int, int, int]] = []
    for match in matches:
        if not kept or match[0] >= kept[-1][1]:
            kept.append(match)
    return kept


def _pattern(phrase: Phrase, between: str) -> str:
    """A phrase in folded text: letters may still carry accents (`between`), words are apart by anything.
    It begins with a letter, not with a look behind: so it is searched at the speed of memory."""
    words = ["".join(re.escape(letter) + between for letter in word) for word in phrase.words]
    whole = r"[\W_]*".join(words)
    if phrase.prefix:
        return rf"{whole}(?:{_WORD_CHAR})*"
    return whole + ("" if is_unspaced(phrase.words[-1]) else rf"(?!{_WORD_CHAR})")


def _best(matches: list[tuple[int, int, int]]) -> int:
    """Where the excerpt should begin to show matches: the first place with the most different phrases."""
    best, most, phrases = 0, 0, len({which for _first, _last, which in matches})
    for index, (first, _last, _which) in enumerate(matches):
        near = {which for begin, _, which in matches[index : index + 20] if begin - first < LENGTH - LEAD}
        if len(near) > most:
            best, most = first, len(near)
        if most == phrases:
            break
    return best


def _start(text: str, first: int) -> int:
    if first <= LEAD:
        return 0
    space = text.find(" ", first - LEAD, first)
    return first - LEAD if space < 0 else space + 1


def _end(text: str, start: int) -> int:
    if len(text) - start <= LENGTH:
        return len(text)
    space = text.rfind(" ", start + LEAD * 2, start + LENGTH)
    return start + LENGTH if space < 0 else space
