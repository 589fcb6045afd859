"""The pages of this process: giving out what is kept by its state, making what is not, keeping it warm."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from typing import Final
from uuid import UUID

from apps.caching.entries import Entry
from apps.caching.fills import Made, UnsettledError
from apps.caching.marks import State
from apps.caching.process import absent, fills, hearing, index, memory, threads
from apps.caching.reads import Reads
from apps.caching.sizes import fits
from apps.caching.tags import PAGE, above, page_tag
from apps.store.process import store

from .bodies import Body, body_of
from .cdn import cdn_of
from .counting import Counts, Key
from .feeds import Begun, Feed
from .finding import Found, find, in_thread
from .listed import listed
from .pages import LOST_KEPT
from .security import security_headers
from .shelf import shared_pages
from .spare import Spare
from .upkeep import Upkeep

logger = logging.getLogger(__name__)
made = logging.getLogger("cairn.made")  # a line for each page that was rendered

BODY_MAX_BYTES: Final = 1_000_000  # of a page that is stored, before it is packed
BEST_FROM_HITS: Final = 50  # between two flushes of the counts
BEST_AT_ONCE: Final = 5
WARMED_MAX: Final = 2_000  # pages of the catalogue, those seen last, at once; some 10 ms each


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A page that has begun while some of its parts are still missing."""

    begun: Begun
    feed: Feed
    filling: asyncio.Task[Entry]


@dataclass(frozen=True, slots=True)
class Given:
    """A page as it leaves, and what Server-Timing says of it; `page` None: Django is to answer."""

    page: Body | Unfinished | None
    said: str = ""


class Keeper:
    """Called from the edge's event loop; pages are made on reader threads."""

    def __init__(self) -> None:
        self.counts = Counts()
        spare = Spare(store) if store else None
        self.upkeep = Upkeep(self.counts, self.warm, threads, spare=spare, read_often=self.pack_best)
        self.security = security_headers()
        self._shared = shared_pages()
        self._lost = lru_cache(LOST_KEPT)(partial(body_of, security=self.security, render_ms=0.0))
        self._tasks: set[asyncio.Future[None]] = set()

    async def give(self, found: Found, *, streams: bool) -> Given:
        """The page, kept or made now. `streams`: it may leave before its last parts are there."""
        for pool in (memory, absent):
            entry = pool.get(found.ref.id, found.key)
            if entry is not None:
                return await self._kept(entry, found, streams=streams)
        return await self._filled(found, "miss", streams=streams)

    async def _kept(self, entry: Entry, found: Found, *, streams: bool) -> Given:
        """What is there, by its state."""
        state, now = await _state_of(entry), time.monotonic()
        if state is State.EXPIRED:
            return self._expired(entry, found)
        if state is State.FRESH:
            self.counts.hit((found.ref.id, *found.key))
            if entry.is_nearly_over(now):
                self._renew(found)
            return Given(entry.value, "hit")
        try:
            return await self._filled(found, "changed", streams=streams)
        except Exception:
            if await _state_of(entry) is State.GONE:  # by now; it may have been less before
                raise
            logger.exception("%s could not be rendered anew; the last good one is served", found.address)
            return Given(entry.value, "failed")

    async def _filled(self, found: Found, said: str, *, streams: bool = False) -> Given:
        feed = Feed() if streams else None
        make = partial(self._make, found, feed=feed)
        filling = asyncio.ensure_future(fills.fetch(memory, found.ref.id, found.key, make, self._shared))
        begun = await feed.begins(filling) if feed else None
        if feed and begun:
            return Given(Unfinished(begun, feed, filling), said)
        try:
            entry = await filling
        except UnsettledError:
            return Given(None)
        if entry.state(index, time.monotonic()) is State.EXPIRED:
            return self._expired(entry, found)
        return Given(entry.value, "shared" if entry.shared else said)

    def _expired(self, entry: Entry, found: Found) -> Given:
        """Served once more, while it is made anew."""
        self.counts.served_expired((found.ref.id, *found.key))
        self._renew(found)
        return Given(entry.value, "expired")

    def _renew(self, found: Found) -> None:
        fills.renew(memory, found.ref.id, found.key, partial(self._make, found), self._shared)

    def _make(self, found: Found, reads: Reads, feed: Feed | None = None) -> Made:
        """On a reader thread."""
        reads.watch(found.ref.id)
        began = time.perf_counter()
        answer = found.page.make(found.ref, found.arguments, dict(found.query), feed)
        if answer is None:
            return Made(None, 0, None, storable=False)
        reads.note(found.ref.id, {page_tag(found.path)})
        render_ms = (time.perf_counter() - began) * 1000
        fresh_for_s = found.page.fresh_for.total_seconds()
        if answer.status == 404:
            body = self._lost(answer)
            self._note(found, answer.status, body, reads)
            return Made(body, 0, fresh_for_s, pool=absent)  # the bytes are those of all that is not there
        life_s = fresh_for_s if reads.must_end_s is None else min(fresh_for_s, reads.must_end_s)
        cdn = cdn_of(answer, reads.tags(), life_s)
        body = body_of(answer, self.security, render_ms, cdn)
        self._note(found, answer.status, body, reads)
        is_kept = fits("page", found.address, len(body.plain), BODY_MAX_BYTES)
        return Made(body, body.size, fresh_for_s, is_kept and answer.status == 200 and answer.whole)

    def _note(self, found: Found, status: int, body: Body, reads: Reads) -> None:
        """On a reader thread: the counts are the loop's."""
        made.info("%s (%s, %d, %.1f ms)", found.address, body.audience, status, body.render_ms)
        key = (found.ref.id, body.audience, found.address)
        if status != 200:
            self.upkeep.call(partial(self.counts.left, key))
            return
        count = partial(
            self.counts.filled,
            key,
            reads,
            render_ms=body.render_ms,
            size_bytes=body.size,
            fresh_for_s=found.page.fresh_for.total_seconds(),
        )
        self.upkeep.call(count)

    def pack_best(self, hits: Mapping[Key, int]) -> None:
        """Of what was read most since the last time, a few; on a reader thread."""
        for tenant, *key in sorted(hits, key=lambda each: -hits[each])[:BEST_AT_ONCE]:
            entry = memory.get(tenant, tuple(key))
            if entry is not None and hits[tenant, key[0], key[1]] >= BEST_FROM_HITS:
                entry.value.pack_best()

    def warm_soon(self, address: str) -> None:
        """Make a page anew for the next who comes, beside whatever goes on."""
        task = asyncio.ensure_future(self._warm_address(address))
        self._tasks.add(task)  # one that nobody holds may be collected before its end
        task.add_done_callback(self._tasks.discard)

    async def warm(self, tenant: UUID, tag: str) -> None:
        """Make anew what this process keeps or the catalogue lists below a tag; a single page even if neither
        does."""
        addresses = await in_thread(_addresses_below, tenant, tag)
        if tag == page_tag(path := tag.removeprefix(f"{PAGE}:").removesuffix(".")):
            addresses.add(path)
        for address in sorted(addresses):
            await self._warm_address(address)

    async def _warm_address(self, address: str) -> None:
        path, _, query = address.partition("#")[0].partition("?")
        try:
            found = await find(path, query)
            if found is not None:
                await self._warmed(found)
        except UnsettledError:
            pass
        except Exception:
            logger.exception("%s could not be made anew; its next reader will try", address)

    async def _warmed(self, found: Found) -> None:
        """What is fresh stays, and the catalogue is told that it is."""
        place, make = (found.ref.id, found.key), partial(self._make, found)
        entry = memory.get(*place)
        if entry is not None:
            heard = {stream: index.heard(stream) or stamp for stream, stamp in entry.stamps.items()}
            if await _state_of(entry) is State.FRESH:  # so it was at the least when `heard` was read
                self.counts.holds((found.ref.id, *found.key), heard)
                return
        entry = await fills.fetch(memory, *place, make, self._shared, renewing=True)
        if entry.shared:  # by another process, which need not have made it just now
            self.counts.holds((found.ref.id, *found.key), entry.stamps)


async def _state_of(entry: Entry) -> State:
    """By what this process has heard; cut off, by what the table says. Raises what asking it raises."""
    if not hearing.trusted():
        await in_thread(hearing.confirm, tuple(entry.stamps))
    return entry.state(index, time.monotonic())


def _addresses_below(tenant: UUID, tag: str) -> set[str]:
    """Kept or listed; on a reader thread, since it looks at every tag of each."""
    kept = {
        str(key[1])
        for key, entry in memory.items(tenant)
        if any(tag in (each, *above(each)) for each in entry.tags.get(tenant, ()))
    }
    return kept | {page.address for page in islice(listed(tenant, tag), WARMED_MAX)}
