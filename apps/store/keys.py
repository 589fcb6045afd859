"""Names of keys: `cairn:{tenant}:kind:rest`. What stands in braces decides the node, so all keys of a
tenant lie together and one script may use several of them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

PREFIX: Final = "cairn"


def key(tenant: UUID, kind: str, *rest: str) -> str:
    return ":".join((f"{PREFIX}:{{{tenant}}}", kind, *rest))
