"""Counts that are not written down yet, a second time in Redis: a process that dies loses at most the last
second of them. Whoever finds such a copy that no longer changes writes it down; a batch has an id, so it
is added once, whoever does it."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import msgpack

from apps.store.client import Store, StoreUnavailableError

from .counting import Batch, Key

logger = logging.getLogger(__name__)

KEEP_EVERY_S: Final = 1.0
LOOK_EVERY: Final = 20  # keeps; a process that did not change its copy for so long is gone
KEY: Final = "cairn:{counts}:spare"
SCHEMA: Final = 1


def dump(batch: Batch) -> bytes:
    """Counts alone: what the pages were made of is told again when they are made again."""
    rows = [
        (str(key[0]), *key[1:], *(each.get(key, 0) for each in _counts(batch)))
        for key in sorted(batch.seen())
    ]
    said: bytes = msgpack.packb([SCHEMA, rows])
    return said


def load(id: UUID, data: bytes) -> Batch:
    """Raises ValueError for what `dump` has not made."""
    try:
        schema, rows = msgpack.unpackb(data)
        if schema != SCHEMA:
            raise ValueError(f"schema {schema!r}")
        batch = Batch(id)
        for handbook_id, audience, address, *numbers in rows:
            key: Key = (UUID(handbook_id), audience, address)
            for counts, number in zip(_counts(batch), numbers, strict=True):
                if number:
                    counts[key] = number
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise ValueError(f"no batch of counts: {error}") from error
    return batch


def _counts(batch: Batch) -> tuple[dict[Key, Any], ...]:
    return batch.hits, batch.expired, batch.fills, batch.render_ms


class Spare:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: dict[bytes, bytes] = {}

    async def keep(self, batch: Batch) -> None:
        await self._call("HSET", KEY, str(batch.id), dump(batch))

    async def drop(self, batch: Batch) -> None:
        await self._call("HDEL", KEY, str(batch.id))

    async def orphans(self, own: Collection[UUID]) -> list[Batch]:
        """Batches that nobody changed since the last look, but for one's own."""
        found = await self._call("HGETALL", KEY) or {}
        pairs = dict(found.items() if isinstance(found, dict) else zip(found[::2], found[1::2], strict=True))
        same = [id for id, data in pairs.items() if self._seen.get(id) == data]
        self._seen = pairs
        batches = []
        for id in same:
            try:
                batches.append(load(UUID(id.decode()), pairs[id]))
            except ValueError:
                logger.exception("What is kept in %s under %r cannot be read; it is dropped", KEY, id)
                await self._call("HDEL", KEY, id)
        return [batch for batch in batches if batch.id not in own]

    async def _call(self, *words: Any) -> Any:
        """Counts are worth no waiting: where Redis is away they are in memory alone."""
        try:
            return await self._store.call(*words, key=KEY)
        except StoreUnavailableError:
            return None
