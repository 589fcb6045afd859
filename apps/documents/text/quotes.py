"""What a comment keeps of the block it is about: its first words, and whether it still says the same."""

from __future__ import annotations

import hashlib
from typing import Final

from apps.documents.text.compose import compose

QUOTE_MAX: Final = 240
DIGEST_CHARS: Final = 16
_QUOTED_FROM: Final = 2_000  # characters of a block that its quotation is made of


def quote_of(text: str) -> str:
    """The first words of a block's Markdown, as they are read."""
    return shortened(compose(text[:_QUOTED_FROM]).plain, QUOTE_MAX)


def shortened(text: str, most: int) -> str:
    """On one line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def digest_of(text: str) -> str:
    """What tells one text of a block from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_CHARS]
