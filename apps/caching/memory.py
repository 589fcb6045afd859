"""L1: entries in the memory of one process, bounded by bytes, the least recently used of the largest
tenant leaving first. So a crawl of one handbook pushes out its own pages and nobody else's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Final

from .entries import Entry

EVICT_TO: Final = 0.95
ENTRY_OVERHEAD: Final = 1_500  # bytes of the objects around a value, tags not counted
TAG_BYTES: Final = 80


def weight(entry: Entry) -> int:
    """Bytes in memory, about."""
    return entry.size + ENTRY_OVERHEAD + TAG_BYTES * sum(map(len, entry.tags.values()))


class Memory:
    """`get` is called for every hit, so it takes no lock: each step of it is one operation."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self.evicted = 0
        self._tenants: dict[Hashable, OrderedDict[Hashable, Entry]] = {}
        self._tenant_bytes: dict[Hashable, int] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return sum(map(len, self._tenants.values()))

    def get(self, tenant: Hashable, key: Hashable) -> Entry | None:
        entries = self._tenants.get(tenant)
        entry = entries.get(key) if entries is not None else None
        if entries is not None and entry is not None:
            try:
                entries.move_to_end(key)
            except KeyError:  # it left in this moment
                return None
        return entry

    def put(self, tenant: Hashable, key: Hashable, entry: Entry) -> bool:
        """Whether it is kept: what is larger than the whole memory is not."""
        size = weight(entry)
        if size > self.max_bytes:
            return False
        with self._lock:
            self._remove(tenant, key)
            self._tenants.setdefault(tenant, OrderedDict())[key] = entry
            self._tenant_bytes[tenant] = self._tenant_bytes.get(tenant, 0) + size
            self.bytes += size
            if self.bytes > self.max_bytes:
                self._evict()
        return True

    def drop(self, tenant: Hashable, key: Hashable) -> None:
        with self._lock:
            self._remove(tenant, key)

    def clear(self) -> None:
        with self._lock:
            self._tenants.clear()
            self._tenant_bytes.clear()
            self.bytes = 0

    def items(self, tenant: Hashable) -> list[tuple[Any, Entry]]:
        with self._lock:
            return list(self._tenants.get(tenant, {}).items())

    def _remove(self, tenant: Hashable, key: Hashable) -> None:
        entries = self._tenants.get(tenant)
        entry = entries.pop(key, None) if entries is not None else None
        if entries is None or entry is None:
            return
        size = weight(entry)
        self.bytes -= size
        self._tenant_bytes[tenant] -= size
        if not entries:
            del self._tenants[tenant], self._tenant_bytes[tenant]

    def _evict(self) -> None:
        """What was put last is the newest of its tenant, and never larger than the memory."""
        while self.bytes > EVICT_TO * self.max_bytes and len(self) > 1:
            largest = max(self._tenant_bytes, key=self._tenant_bytes.__getitem__)
            self._remove(largest, next(iter(self._tenants[largest])))
            self.evicted += 1
