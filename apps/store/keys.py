"""Names of keys: `cairn:{tenant}:kind:rest`. What stands in braces decides the node, so all keys of a
tenant lie together and one script may use several of them. Values of a tenant that is too large for one node
are `cairn:{tenant:n}:kind:rest`, each by itself."""

from __future__ import annotations

from typing import Final
from uuid import UUID
from zlib import crc32

PREFIX: Final = "cairn"


def key(tenant: UUID, kind: str, *rest: str, slots: int = 1) -> str:
    """`slots`: so many places the values of a tenant are spread over; 1: they lie with all else of it."""
    name = ":".join((kind, *rest))
    place = f"{tenant}" if slots == 1 else f"{tenant}:{crc32(name.encode()) % slots}"
    return f"{PREFIX}:{{{place}}}:{name}"
