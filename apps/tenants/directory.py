"""Address -> handbook, from memory: what the first step of a path names, in this process.

Uniqueness of addresses goes across streams, so no stamp of one stream can vouch for it. Each event about
a handbook that this process hears takes the addresses it names out, and moves `version` on: a row that
was read meanwhile is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from apps.events import following
from apps.events.models import Event

from .models import Handbook

KEPT_MAX = 20_000


@dataclass(frozen=True, slots=True)
class HandbookRef:
    id: UUID
    slug: str
    is_public: bool


class Directory:
    def __init__(self) -> None:
        self._lock = Lock()
        self.version = 0
        self._known: dict[str, HandbookRef] = {}

    def known(self, slug: str) -> HandbookRef | None:
        """What memory says; None says nothing. Ask only while this process hears the log."""
        return self._known.get(slug)

    def find(self, slug: str) -> HandbookRef | None:
        """What the database says; None where no handbook has the address."""
        version = self.version
        row = Handbook.objects.filter(slug=slug).values_list("pk", "slug", "is_public").first()
        if row is None:
            return None
        found = HandbookRef(*row)
        with self._lock:
            if version == self.version:
                if len(self._known) >= KEPT_MAX:
                    self._known.clear()
                self._known[slug] = found
        return found

    def begin(self) -> None:
        """Following begins: what was read before may have changed unheard."""
        with self._lock:
            self._known.clear()
            self.version += 1

    def listen(self, event: Event) -> None:
        touches = [touch for touch in event.touched() if touch.entity == Handbook.entity]
        if not touches:
            return
        slugs = {slug for touch in touches for slug in touch.keys.get("slug", ())}
        with self._lock:
            if any(touch.id is None for touch in touches):
                self._known.clear()
            for slug in slugs:
                self._known.pop(slug, None)
            self.version += 1


directory = Directory()
listen = directory.listen
following.begins_here.append(directory.begin)
