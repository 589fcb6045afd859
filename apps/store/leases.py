"""Leases: one process of many does a thing, for as long as it says at most. Whoever dies frees it by time.

A lease keeps work from being done twice; nothing may be wrong where it is: a slow holder loses it unasked.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from .client import Store
from .scripts import script

RELEASE: Final = script(Path(__file__).parent / "lua" / "release.lua")


@dataclass(frozen=True, slots=True)
class Lease:
    name: str  # its key
    token: str


async def take_lease(store: Store, name: str, life_s: float) -> Lease | None:
    """None while another has it. Raises StoreUnavailableError."""
    lease = Lease(name, uuid4().hex)
    taken = await store.call("SET", name, lease.token, "NX", "PX", int(life_s * 1000), key=name)
    return lease if taken else None


def release_lease(store: Store, lease: Lease) -> Future[Any]:
    """Nobody needs to wait for it."""
    return store.begin_script(RELEASE, [lease.name], lease.token)
