"""The words that stored HTML leaves open, so that a page speaks its handbook's language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ENGLISH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "note": "Note",
        "tip": "Tip",
        "important": "Important",
        "warning": "Warning",
        "caution": "Caution",
        "table": "Table",
        "footnotes": "Footnotes",
        "back": "Back to reference",
        "required": "Required",
        "missing": "(no such page yet)",
    }
)
