"""What search takes for the same: words without case, accents and punctuation.

Text and queries pass through here before any database sees them, so SQLite's and PostgreSQL's own
ideas of a word, of case and of accents cannot differ: both are given words between single spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

MAX_WORD: Final = 64  # characters; the rest of a longer word (a token, a hash) is cut off
# PostgreSQL keeps at most 1 MB of words and positions of one text. Its worst case is short words that
# are all different: they take twice their bytes.
MAX_BYTES: Final = 400_000


def _ranges(category: str) -> str:
    """The characters of a Unicode category below U+10000, as ranges of a character class."""
    spans: list[list[int]] = []
    for code in range(0x10000):
        if unicodedata.category(chr(code)).startswith(category):
            if spans and spans[-1][1] == code - 1:
                spans[-1][1] = code
            else:
                spans.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in spans)


ACCENTS: Final = "\u0300-\u036f"
MARKS: Final = _ranges("M")  # vowels and tones of many scripts: part of the word they stand in
# Thai, Lao, Burmese, Khmer, kana and Han are written without spaces: each character is a word, and what
# is typed without spaces is looked for as a phrase, so any part of a sentence is found.
UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_ACCENT = re.compile(f"[{ACCENTS}]+")
_WORD = re.compile(rf"(?=[^\W_])[{UNSPACED}][{MARKS}]*|(?:(?![{UNSPACED}])(?:[^\W_]|[{MARKS}]))+")
_ASCII_WORD = re.compile("[a-z0-9]+")


def fold(text: str) -> str:
    """Lower case, compatibility forms made plain, accents of Latin, Greek and Cyrillic taken off."""
    if text.isascii():
        return text.lower()
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFKC", bare)


def words_of(text: str) -> Iterator[str]:
    folded = fold(text)
    pattern = _ASCII_WORD if folded.isascii() else _WORD
    for found in pattern.finditer(folded):
        yield found[0][:MAX_WORD]


def search_words(text: str, max_bytes: int = MAX_BYTES) -> str:
    """The words of a text between single spaces: at most `max_bytes` of UTF-8, whole words."""
    words = " ".join(words_of(text))
    if len(words) * 4 <= max_bytes:
        return words
    encoded = words.encode()
    if len(encoded) <= max_bytes:
        return words
    return encoded[:max_bytes].rpartition(b" ")[0].decode()


def is_unspaced(word: str) -> bool:
    return re.match(f"[{UNSPACED}]", word) is not None
