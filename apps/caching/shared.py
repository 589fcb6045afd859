"""L2: entries that all processes share, in Redis. Reading gives an entry only as far as it is known to hold.

What the index in Redis found unchanged since the entry's stamp is as good as made where that index stands: so
the entry comes back with its stamp raised, and a process that has just started can use it.

Without Redis everything here is a miss.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from apps.events.follower import Cursor
from apps.store.client import Store, StoreUnavailableError
from apps.store.keys import key as key_of
from apps.store.leases import Lease, release_lease, take_lease
from apps.store.scripts import script

from .entries import Entry
from .hearing import Hearing
from .marks import State
from .replay import Replay
from .shared_index import LUA, SharedIndex, Verdict, index_key, verdict
from .sizes import fits
from .stored import SCHEMA, Codec, Header, pack, unpack

logger = logging.getLogger(__name__)

VALUE_MAX_BYTES: Final = 1_000_000
FRESH_S: Final = 300.0  # for what has no life of its own
STALE_S: Final = 600.0  # so long after its life it is served once more while it is made anew
LEASE_S: Final = 3.0
WAIT_S: Final = 2 * LEASE_S  # for another's turn to end; then it is made here, lease or not
ASK_AGAIN_S: Final = 0.02
NAME_CHARS_MAX: Final = 300
ENTRIES_MAX: Final = 100_000  # of one tenant: so a crawl of one handbook pushes out its own

FETCH: Final = script(LUA / "judge.lua", LUA / "fetch.lua")
KEEP: Final = script(LUA / "stay.lua", LUA / "keep.lua")


@dataclass(frozen=True)
class Turn:
    """To make a thing. `lease` None: without one, since Redis is away or its holder too slow."""

    lease: Lease | None


class Shared:
    """Entries of one kind. `digest` stands for what makes their bytes: another one's entries are not seen.
    Called from an event loop."""

    def __init__(
        self,
        store: Store,
        index: SharedIndex,
        replay: Replay,
        hearing: Hearing,
        threads: Executor,
        codec: Codec,
        *,
        kind: str,
        digest: str,
        clock: Callable[[], float],
        lease_s: float = LEASE_S,
        slots: int = 1,
        most: int = ENTRIES_MAX,
    ) -> None:
        self.counts: Counter[str] = Counter()  # hits, misses, unreadable, kept
        self._store = store
        self._index = index
        self._replay = replay
        self._hearing = hearing
        self._threads = threads
        self._codec = codec
        self._kind = kind
        self._digest = digest
        self._clock = clock
        self._lease_s = lease_s
        self._slots = slots
        self._most = most

    def name(self, tenant: UUID, key: tuple[str, ...]) -> str:
        return key_of(tenant, self._kind, self._digest, _text(key), slots=self._slots)

    def _lease(self, tenant: UUID, key: tuple[str, ...]) -> str:
        return key_of(tenant, "lease", self._digest, _text(key))

    # -- reading

    async def get(self, tenant: UUID, key: tuple[str, ...], *, renewing: bool = False) -> Entry | None:
        """An entry that holds as far as this process has heard; it may be EXPIRED, unless one is `renewing`.
        None: there is none."""
        try:
            entry = await self._valid(tenant, self.name(tenant, key))
        except StoreUnavailableError:
            entry = None
        except ValueError as error:
            self.counts["unreadable"] += 1
            logger.warning("%s cannot be read: %s", self.name(tenant, key), error)
            entry = None
        now = self._clock()
        if entry is not None and renewing and entry.is_nearly_over(now):
            entry = None
        self.counts["misses" if entry is None else "hits"] += 1
        return entry

    async def _valid(self, tenant: UUID, name: str) -> Entry | None:
        heard = await self._contact(tenant)
        said, found = await self._fetch(tenant, name)
        if said is not None and not _is_final(said, heard):
            await self._bring(tenant, heard)
            said, found = await self._fetch(tenant, name)
        if said is None or found is None or not _reaches(said, heard):
            return None
        left_s, header, body = found
        if header.name != name:
            raise ValueError(f"it is {header.name}")
        others = [stream for stream in header.stamps if stream != tenant]
        verdicts = [said, *await asyncio.gather(*(self._judged(each, header) for each in others))]
        worst = max(each.state for each in verdicts)
        if worst > State.EXPIRED:
            return None
        raised = {
            stream: _later(header.stamps[stream], each.heard)
            for stream, each in zip((tenant, *others), verdicts, strict=True)
        }
        return self._entry(header, body, raised, left_s, worst)

    async def _fetch(
        self, tenant: UUID, name: str
    ) -> tuple[Verdict | None, tuple[float, Header, bytes] | None]:
        if self._slots > 1:
            return await self._fetch_apart(tenant, name)
        keys = [name, index_key(tenant)]
        said = await self._store.run(FETCH, keys, SCHEMA, str(tenant))
        if said is None:
            return None, None
        judged = verdict(*said[:3])
        if len(said) == 3:
            return judged, None
        found = unpack(said[4])
        return judged, (said[3] / 1000, *found) if found else None

    async def _fetch_apart(
        self, tenant: UUID, name: str
    ) -> tuple[Verdict | None, tuple[float, Header, bytes] | None]:
        """Where entry and index may be on two nodes. The index is asked last: it may only know more."""
        left_ms, data = await asyncio.gather(
            self._store.call("PTTL", name, key=name), self._store.call("GET", name, key=name)
        )
        found = unpack(data) if data else None
        if found is None:
            return None, None
        header, body = found
        said = await self._index.state(tenant, header.stamps[tenant], header.tags[tenant])
        return said, (left_ms / 1000, header, body)

    async def _judged(self, stream: UUID, header: Header) -> Verdict:
        heard = await self._contact(stream)
        said = await self._index.state(stream, header.stamps[stream], header.tags[stream])
        if not _is_final(said, heard):
            await self._bring(stream, heard)
            said = await self._index.state(stream, header.stamps[stream], header.tags[stream])
        return said if _reaches(said, heard) else Verdict(State.GONE, None)

    def _entry(
        self, header: Header, body: bytes, stamps: dict[UUID, Cursor], left_s: float, state: State
    ) -> Entry:
        fresh_s = max(0.0, left_s - header.stale_s)
        value = self._codec.load(body, fresh_s)
        life_s = header.fresh_for_s
        over = state is State.EXPIRED
        used_s = 0.0 if life_s is None else life_s - fresh_s
        return Entry(
            value,
            self._codec.size_of(value),
            stamps,
            {stream: frozenset(tags) for stream, tags in header.tags.items()},
            made_at=self._clock() - used_s,
            fresh_for_s=0.0 if over else life_s,
            shared=True,
        )

    async def _contact(self, stream: UUID) -> Cursor:
        known = self._hearing.index.heard(stream)
        if known is not None and self._hearing.trusted():
            return known
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hearing.contact, stream)

    async def _bring(self, stream: UUID, heard: Cursor) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._replay.bring, stream, heard)

    # -- taking turns, and keeping

    async def turn(self, tenant: UUID, key: tuple[str, ...], *, renewing: bool = False) -> Turn | Entry:
        """One's turn to make it, or what another has made meanwhile."""
        name, until = self._lease(tenant, key), self._clock() + WAIT_S
        while True:
            try:
                lease = await take_lease(self._store, name, self._lease_s)
            except StoreUnavailableError:
                return Turn(None)
            if lease is not None:
                entry = await self.get(tenant, key, renewing=renewing)
                if entry is None:
                    return Turn(lease)
                release_lease(self._store, lease)
                return entry
            if self._clock() > until:
                return Turn(None)
            await asyncio.sleep(ASK_AGAIN_S)

    def keep(self, tenant: UUID, key: tuple[str, ...], entry: Entry, turn: Turn) -> None:
        """Share what was made, and end the turn. On any thread; it waits for nothing."""
        name = self.name(tenant, key)
        body = self._codec.dump(entry.value) if tenant in entry.stamps else None
        data = None if body is None else pack(name, entry, body, STALE_S)
        if data is None or not fits(f"shared {self._kind}", name, len(data), VALUE_MAX_BYTES):
            self.give_up(turn)
            return
        life_s = (FRESH_S if entry.fresh_for_s is None else entry.fresh_for_s) + STALE_S
        token = turn.lease.token if turn.lease else ""
        self.counts["kept"] += 1
        names = [self._lease(tenant, key), index_key(tenant), key_of(tenant, "kept")]
        stamp = entry.stamps[tenant]
        life_ms = int(life_s * 1000)
        said = [token, str(stamp.log_id), stamp.position, name, life_ms, self._most]
        if self._slots > 1:
            self._store.begin("SET", name, data, "PX", life_ms, key=name)
            kept = self._store.begin_script(KEEP, names, *said)
        else:
            kept = self._store.begin_script(KEEP, [*names, name], *said, data)
        kept.add_done_callback(self._let_go)

    def _let_go(self, kept: Future[Any]) -> None:
        """Of a tenant that has more than its share."""
        if not kept.cancelled() and kept.exception() is None:
            for each in kept.result():
                name = each.decode()
                self._store.begin("UNLINK", name, key=name)

    def give_up(self, turn: Turn) -> None:
        """Nothing was made that others could use."""
        if turn.lease is not None:
            release_lease(self._store, turn.lease)


def _text(key: tuple[str, ...]) -> str:
    text = ":".join(key)
    return text if len(text) <= NAME_CHARS_MAX else sha256(text.encode()).hexdigest()


def _reaches(said: Verdict, heard: Cursor) -> bool:
    """Whether the index has heard all that this process has."""
    return (
        said.heard is not None and said.heard.log_id == heard.log_id and said.heard.position >= heard.position
    )


def _is_final(said: Verdict, heard: Cursor) -> bool:
    """Whether hearing more would not change it."""
    same_log = said.heard is not None and said.heard.log_id == heard.log_id
    return _reaches(said, heard) or (same_log and said.state > State.EXPIRED)


def _later(stamp: Cursor, heard: Cursor | None) -> Cursor:
    """An entry that was found unchanged there; it may have been made later still."""
    return stamp if heard is None or heard.position < stamp.position else heard
