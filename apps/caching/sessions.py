"""Sessions: rows in the database, written through to copies in Django's cache.

The row is the truth. A copy of a signed-in session carries how far its person's stream was heard before
the row was read, and holds while nothing has happened there since: signing out, a new password or a closed
account ends it in every process that hears the log, even where nobody could delete it. A process that does
not hear asks the database. Sessions of nobody are not copied.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgpack
from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.core.cache import cache

from apps.events.follower import Cursor

from .marks import State
from .process import hearing, index
from .sizes import fits
from .tags import ROOT

LIFE_S: Final = 24 * 3600
COPY_MAX_BYTES: Final = 10_000
counts: Counter[str] = Counter()  # hits, misses


def copy_key(session_key: str) -> str:
    """Caches hold no session keys: whoever reads them could sign in with them."""
    return f"session:{sha256(session_key.encode()).hexdigest()}"


class SessionStore(DatabaseStore):
    def load(self) -> dict[str, Any]:
        if self.session_key:
            found = _copied(self.session_key)
            if found is not None:
                return found
        row = self._row()
        data = self.decode(row.session_data) if row else {}
        person = _person_of(data)
        if person is not None:
            stamp = hearing.contact(person)
            row = self._row()  # once more: it may have ended before the stamp was taken
            data = self.decode(row.session_data) if row else {}
            if row is not None:
                _copy(row.session_key, data, stamp, self.get_expiry_age(expiry=row.expire_date))
        return data

    def save(self, must_create: bool = False) -> None:
        person = _person_of(self._data(no_load=must_create))
        stamp = hearing.contact(person) if person is not None else None
        super().save(must_create)
        if self.session_key:
            _copy(self.session_key, self._data(), stamp, self.get_expiry_age())

    def _row(self) -> Session | None:
        row: Session | None = self._get_session_from_db()  # type: ignore[attr-defined]
        return row

    def _data(self, *, no_load: bool = False) -> dict[str, Any]:
        data: dict[str, Any] = self._get_session(no_load=no_load)  # type: ignore[attr-defined]
        return data

    def delete(self, session_key: str | None = None) -> None:
        super().delete(session_key)
        ended = session_key or self.session_key
        if ended:
            cache.delete(copy_key(ended))

    async def aload(self) -> dict[str, Any]:
        return await sync_to_async(self.load)()

    async def asave(self, must_create: bool = False) -> None:
        await sync_to_async(self.save)(must_create)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)


def _copied(session_key: str) -> dict[str, Any] | None:
    """A copy that holds; None for none."""
    said = cache.get(copy_key(session_key)) if hearing.trusted() else None
    counts["misses" if said is None else "hits"] += 1
    if said is None:
        return None
    person, log_id, position, data = said
    stream = UUID(person)
    hearing.contact(stream)
    state = index.state({stream: Cursor(UUID(log_id), position)}, {stream: (ROOT,)})
    found: dict[str, Any] = data
    return found if state is State.FRESH else None


def _copy(session_key: str, data: dict[str, Any], stamp: Cursor | None, life_s: int) -> None:
    person = _person_of(data)
    said = None
    if person is not None and stamp is not None:
        said = [str(person), str(stamp.log_id), stamp.position, data]
        try:
            size = len(msgpack.packb(said))
        except TypeError:  # something that only the row can hold
            said = None
        else:
            if not fits("session", "A session", size, COPY_MAX_BYTES):
                said = None
    if said is None:
        cache.delete(copy_key(session_key))
    else:
        cache.set(copy_key(session_key), said, min(LIFE_S, life_s))


def _person_of(data: dict[str, Any]) -> UUID | None:
    try:
        return UUID(data[SESSION_KEY])
    except (KeyError, ValueError):
        return None
