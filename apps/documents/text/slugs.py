"""Slugs of titles (addresses) and of headings (anchors)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_SLUG: Final = 80
_APOSTROPHES = re.compile("['\u2019\u02bc]")
_ASCII_GAP = re.compile("[^a-z0-9]+")


def slugify(text: str) -> str:
    """The part of an address that stands for a title: `Über uns!` gives `über-uns`.

    Lower case; letters, digits and combining marks of every script stay, runs of anything else
    become one `-`, apostrophes vanish. At most MAX_SLUG characters. Never starts or ends with `-`.
    Empty when nothing of the text may stay (an emoji): the caller chooses a name then.
    Applying it twice gives the same.
    """
    folded = _APOSTROPHES.sub("", _fold(text))
    if folded.isascii():
        slug = _ASCII_GAP.sub("-", folded)
    else:
        kept = "".join(ch if _is_word(ch) else " " for ch in folded)
        slug = "-".join(kept.split())
    return slug.strip("-")[:MAX_SLUG].rstrip("-")


def heading_slug(text: str) -> str:
    """The anchor of a heading as GitHub makes it, without the number of a duplicate.

    Lower case; spaces become `-`; punctuation but `-` and `_` vanishes; letters, digits and marks
    of every script stay. `section` when nothing stays.
    """
    kept = (ch for ch in _fold(text).strip() if ch in "-_ \n" or _is_word(ch))
    slug = "".join(kept).replace(" ", "-").replace("\n", "-")
    return slug[:MAX_SLUG] or "section"


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Twice: a compatibility form may hold capitals, and lowering may leave decomposed letters.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower()).lower()


def _is_word(ch: str) -> bool:
    # Marks are letters to their readers: without them Hindi and Thai lose their vowels.
    return ch.isalnum() or unicodedata.category(ch).startswith("M")
