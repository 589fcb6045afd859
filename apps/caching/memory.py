"""L1: entries in the memory of one process, bounded by bytes, the least recently used of the largest
tenant leaving first. So a crawl of one handbook pushes out its own pages and nobody else's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from threading import Lock
from typing import Final

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
        self._entries: dict[tuple[Hashable, Hashable], Entry] = {}  # by tenant and key
        self._tenants: dict[Hashable, OrderedDict[Hashable, int]] = {}
        self._tenant_bytes: dict[Hashable, int] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, tenant: Hashable, key: Hashable) -> Entry | None:
        entry = self._entries.get((tenant, key))
        if entry is not None:
            try:
                self._tenants[tenant].move_to_end(key)
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
            self._entries[tenant, key] = entry
            self._tenants.setdefault(tenant, OrderedDict())[key] = size
            self._tenant_bytes[tenant] = self._tenant_bytes.get(tenant, 0) + size
            self.bytes += size
            if self.bytes > self.max_bytes:
                self._evict(key)
        return True

    def drop(self, tenant: Hashable, key: Hashable) -> None:
        with self._lock:
            self._remove(tenant, key)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._tenants.clear()
            self._tenant_bytes.clear()
            self.bytes = 0

    def items(self, tenant: Hashable) -> Iterator[tuple[Hashable, Entry]]:
        for key in list(self._tenants.get(tenant, ())):
            entry = self._entries.get((tenant, key))
            if entry is not None:
                yield key, entry

    def _remove(self, tenant: Hashable, key: Hashable) -> None:
        keys = self._tenants.get(tenant)
        size = keys.pop(key, None) if keys is not None else None
        if size is None:
            return
        del self._entries[tenant, key]
        self.bytes -= size
        self._tenant_bytes[tenant] -= size
        if not keys:
            del self._tenants[tenant], self._tenant_bytes[tenant]

    def _evict(self, newest: Hashable) -> None:
        while self.bytes > EVICT_TO * self.max_bytes:
            largest = max(self._tenant_bytes, key=self._tenant_bytes.__getitem__)
            oldest = next(iter(self._tenants[largest]))
            if oldest == newest and len(self._entries) == 1:
                return
            self._remove(largest, oldest)
            self.evicted += 1
