"""L1: entries in the memory of one process, bounded by bytes, the least recently used of the largest
tenant leaving first. So a crawl of one handbook pushes out its own pages and nobody else's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from heapq import heapify, heapreplace
from threading import Lock
from typing import Any, Final

from .entries import Entry

EVICT_TO: Final = 0.99  # little at a time: nobody can put meanwhile
ENTRY_OVERHEAD: Final = 1_500  # bytes of the objects around a value, tags not counted
TAG_BYTES: Final = 80


def weight(entry: Entry) -> int:
    """Bytes in memory, about."""
    return entry.size + ENTRY_OVERHEAD + TAG_BYTES * sum(map(len, entry.tags.values()))


class Shelf:
    """What one tenant has, the least recently used first; `bytes` in all."""

    __slots__ = ("bytes", "entries")

    def __init__(self) -> None:
        self.bytes = 0
        self.entries: OrderedDict[Hashable, tuple[Entry, int]] = OrderedDict()


class Memory:
    """`get` is called for every hit, so it takes no lock: each step of it is one operation. Keys are a
    tenant's own: an address that another handbook has taken finds nothing of the first."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self.evicted = 0
        self.changes = 0  # moves on after an entry has come or gone
        self._shelves: dict[Hashable, Shelf] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return sum(len(shelf.entries) for shelf in list(self._shelves.values()))

    def get(self, tenant: Hashable, key: Hashable) -> Entry | None:
        shelf = self._shelves.get(tenant)
        found = shelf.entries.get(key) if shelf is not None else None
        if shelf is None or found is None:
            return None
        try:
            shelf.entries.move_to_end(key)
        except KeyError:  # it left in this moment
            return None
        return found[0]

    def put(self, tenant: Hashable, key: Hashable, entry: Entry) -> bool:
        """Whether it is kept: what is larger than the whole memory is not."""
        size = weight(entry)
        with self._lock:
            self._remove(tenant, key)
            if size > self.max_bytes:
                return False
            shelf = self._shelves.setdefault(tenant, Shelf())
            shelf.entries[key] = entry, size
            shelf.bytes += size
            self.bytes += size
            if self.bytes > self.max_bytes:
                self._evict()
            self.changes += 1
        return key in shelf.entries

    def drop(self, tenant: Hashable, key: Hashable) -> None:
        with self._lock:
            self._remove(tenant, key)

    def clear(self) -> None:
        with self._lock:
            self._shelves.clear()
            self.bytes = 0
            self.changes += 1

    def items(self, tenant: Hashable) -> list[tuple[Any, Entry]]:
        with self._lock:
            shelf = self._shelves.get(tenant)
            return [(key, entry) for key, (entry, _size) in shelf.entries.items()] if shelf else []

    def _remove(self, tenant: Hashable, key: Hashable) -> None:
        shelf = self._shelves.get(tenant)
        found = shelf.entries.pop(key, None) if shelf is not None else None
        if shelf is None or found is None:
            return
        self.bytes -= found[1]
        shelf.bytes -= found[1]
        if not shelf.entries:
            del self._shelves[tenant]
        self.changes += 1

    def _evict(self) -> None:
        """The newest stays while anything else is there, unless its tenant is the largest by it alone."""
        left = len(self)
        largest = [(-shelf.bytes, number, at) for number, (at, shelf) in enumerate(self._shelves.items())]
        heapify(largest)
        while self.bytes > EVICT_TO * self.max_bytes and left > 1:
            _bytes, number, tenant = largest[0]
            shelf = self._shelves[tenant]
            self._remove(tenant, next(iter(shelf.entries)))
            left -= 1
            self.evicted += 1
            heapreplace(largest, (-shelf.bytes, number, tenant))  # of an empty one none is asked again
