"""The part of a text that shows why it was found."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

from .folding import ACCENTS, MARKS, fold, is_unspaced
from .queries import Phrase, Query

LENGTH: Final = 240  # characters, without the marks
LEAD: Final = 60  # of them before the first match
MATCHES_MAX: Final = 60

_WORD_CHAR = rf"[^\W_]|[{MARKS}]"


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
    """(first, last, which phrase), in order of the text."""
    patterns = [f"(?P<p{at}>{_pattern(phrase)})" for at, phrase in enumerate(query.wanted)]
    if not patterns:
        return []
    found = []
    for match in re.finditer("|".join(patterns), folded):
        found.append((match.start(), match.end(), int((match.lastgroup or "p0")[1:])))
        if len(found) == MATCHES_MAX:
            break
    return found


def _pattern(phrase: Phrase) -> str:
    """A phrase in folded text: letters may still carry accents of their own, words are apart by anything."""
    words = [f"[{ACCENTS}]*".join(map(re.escape, word)) + f"[{ACCENTS}]*" for word in phrase.words]
    whole = r"[\W_]*".join(words)
    before = "" if is_unspaced(phrase.words[0]) else r"(?<![^\W_])"
    if phrase.prefix:
        return rf"{before}{whole}(?:{_WORD_CHAR})*"
    return before + whole + ("" if is_unspaced(phrase.words[-1]) else rf"(?!{_WORD_CHAR})")


def _best(matches: list[tuple[int, int, int]]) -> int:
    """Where the excerpt should begin to show matches: the first place with the most different phrases."""
    best, most = 0, 0
    for index, (first, _last, _which) in enumerate(matches):
        near = {which for begin, _, which in matches[index : index + 20] if begin - first < LENGTH - LEAD}
        if len(near) > most:
            best, most = first, len(near)
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
