"""What is too large is not kept, but counted and told of."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Final

logger = logging.getLogger(__name__)

too_large: Final[Counter[str]] = Counter()  # by kind, since the process started


def fits(kind: str, name: object, size: int, most: int) -> bool:
    """`size` and `most` in bytes."""
    if size <= most:
        return True
    too_large[kind] += 1
    logger.warning("%s has %d bytes: not kept as %s, %d are allowed", name, size, kind, most)
    return False
