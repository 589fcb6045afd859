"""The edge: stored pages leave from here, before any code of Django's runs; missing ones are made here.

    request -> host and scheme -> handbook -> gate -> stored page -> bytes
                                                   \\-> fill -> bytes, its slow parts last
Whatever is not a declared page, and whatever is odd in any way, goes on to Django, which knows how to
refuse it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlencode
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from apps.caching.entries import Entry
from apps.caching.fills import Made, UnsettledError
from apps.caching.marks import State
from apps.caching.memory import Memory
from apps.caching.process import absent, fills, hearing, index, memory, threads
from apps.caching.reads import Reads
from apps.caching.tags import PAGE, above, page_tag
from apps.tenants.directory import HandbookRef, directory

from .bodies import Body, body_of
from .cdn import cdn_of
from .counting import Counts
from .feeds import Begun, Feed
from .gates import gate_of, remembered
from .pages import Page, audience_of
from .positions import COOKIE, position_in
from .security import security_headers
from .shelf import shared_pages
from .shells import moves_templates
from .upkeep import Upkeep

logger = logging.getLogger(__name__)
made = logging.getLogger("cairn.made")  # a line for each page that was rendered

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_MAX_BYTES: Final = 1_000_000
HOSTS_KEPT: Final = 100
QUERY_MAX_BYTES: Final = 2_000
PATH_MAX_CHARS: Final = 2_000  # no page has a longer address; a stored one would weigh more than is counted
HOST_MAX_BYTES: Final = 300


@dataclass(slots=True)
class Asked:
    """What a request says that a page may depend on the delivery of."""

    host: bytes = b""
    accepts: bytes = b""
    has: bytes = b""
    cookies: bytes = b""
    proto: bytes = b""
    brands: bytes = b""
    streams: bool = False  # it may be answered bit by bit


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A page that has begun while some of its parts are still missing."""

    begun: Begun
    feed: Feed
    filling: asyncio.Task[Entry]


@dataclass(frozen=True, slots=True)
class Found:
    """Which page an address is of."""

    page: Page
    ref: HandbookRef
    arguments: dict[str, Any]
    query: tuple[tuple[str, str], ...]
    path: str

    @property
    def key(self) -> str:
        """The canonical address."""
        words = [(name.removesuffix("_"), word) for name, word in self.query]
        return f"{self.path}?{urlencode(words)}" if words else self.path


class Edge:
    """ASGI: GET and HEAD of declared pages; everything else goes on to `app`."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._security = security_headers()
        self._hosts: dict[bytes, bool] = {}
        self._session_cookie = settings.SESSION_COOKIE_NAME.encode()
        self._position_cookie = f"{COOKIE}=".encode()
        self._counts = Counts()
        self._tasks: set[asyncio.Future[None]] = set()
        self.upkeep = Upkeep(self._counts, self.warm, threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, partial(self._sent, send) if scope["type"] == "http" else send)
            return
        began = time.perf_counter()
        self.upkeep.start()
        asked = _asked(scope["headers"])
        stored: Body | Unfinished | None = self._stored(scope, asked)
        said = "hit"
        if stored is None:
            asked.streams = scope["method"] == "GET" and not asked.has  # a 304 says all at once
            try:
                stored, said = await self._made(scope, asked)
            except Exception:
                logger.exception("%s could not be made here; Django is asked", scope["path"])
        if stored is None:
            await self.app(scope, receive, send)
        elif isinstance(stored, Unfinished):
            await self._stream(stored, asked, send, said, began)
        else:
            await self._answer(stored, asked, scope, send, said, began)

    # -- what is stored

    def _stored(self, scope: Scope, asked: Asked) -> Body | None:
        """A stored page that may leave at once: nothing here waits for anything."""
        path = scope["path"]
        ref = directory.known(path[1:].partition("/")[0])
        if ref is None or scope["query_string"] or not hearing.trusted() or not self._allowed(asked, scope):
            return None
        key = (audience_of(ref), path)
        entry = memory.get(ref.id, key)
        if entry is None:
            return None
        now = time.monotonic()
        if entry.state(index, now) is not State.FRESH or entry.is_nearly_over(now):
            return None
        if self._position_cookie in asked.cookies and not self._has_heard(ref, asked):
            return None
        if not ref.is_public:
            session = self._session(asked)
            gate = remembered(session, ref.id, now) if session else None
            if gate is None or not gate.open:
                return None
        body: Body = entry.value
        self._counts.hit((ref.id, *key))
        return body

    def _has_heard(self, ref: HandbookRef, asked: Asked) -> bool:
        """Whether what this browser last wrote here has been heard by this process."""
        cursor = index.heard(ref.id)
        wrote = position_in(asked.cookies)
        return wrote is None or (cursor is not None and cursor.position >= wrote)

    def _session(self, asked: Asked) -> str:
        """Of several the last, as Django takes it."""
        found = b""
        for part in asked.cookies.split(b";"):
            name, _, value = part.strip().partition(b"=")
            if name == self._session_cookie:
                found = value
        return found.decode("latin-1")

    def _allowed(self, asked: Asked, scope: Scope) -> bool:
        """Host and scheme are what the site answers to; Django says to the others what is wrong."""
        known = self._hosts.get(asked.host)
        if known is None and len(asked.host) <= HOST_MAX_BYTES:
            domain = split_domain_port(asked.host.decode("latin-1"))[0]
            allowed = settings.ALLOWED_HOSTS or (["localhost", "127.0.0.1"] if settings.DEBUG else [])
            known = bool(domain) and validate_host(domain, allowed)
            if len(self._hosts) >= HOSTS_KEPT:
                self._hosts.clear()
            self._hosts[asked.host] = known
        if not known or scope.get("root_path"):
            return False
        if not settings.SECURE_SSL_REDIRECT:
            return True
        if asked.proto and settings.SECURE_PROXY_SSL_HEADER:  # then Django believes the first of these alone
            return asked.proto.partition(b",")[0].strip() == b"https"
        return bool(scope["scheme"] == "https")

    # -- what is missing, over or not known here

    async def _made(self, scope: Scope, asked: Asked) -> tuple[Body | Unfinished | None, str]:
        query = self._query_of(scope, asked)
        found = None if query is None else await self._find(scope["path"], query)
        if found is None:
            return None, ""
        ref = found.ref
        if not hearing.trusted():
            await self._in_thread(hearing.confirm, (ref.id,))
        elif self._position_cookie in asked.cookies and not self._has_heard(ref, asked):
            await self._in_thread(hearing.refresh, ref.id)
        if not ref.is_public and not await self._is_open(ref, asked):
            return None, ""
        key = (audience_of(ref), found.key)
        for pool in (memory, absent):
            entry = pool.get(ref.id, key)
            if entry is not None:
                return await self._kept(pool, entry, found, key, asked)
        return await self._filled(found, key, "miss", streams=asked.streams)

    def _query_of(self, scope: Scope, asked: Asked) -> str | None:
        """The query string of an address that a page may have; Django says what is wrong with others."""
        query_string = scope["query_string"]
        if len(query_string) > QUERY_MAX_BYTES or len(scope["path"]) > PATH_MAX_CHARS:
            return None
        try:
            return str(query_string, "utf-8") if self._allowed(asked, scope) else None
        except UnicodeDecodeError:
            return None

    async def _is_open(self, ref: HandbookRef, asked: Asked) -> bool:
        session = self._session(asked)
        return bool(session) and (await gate_of(session, ref.id)).open

    async def _kept(
        self, pool: Memory, entry: Entry, found: Found, key: tuple[str, str], asked: Asked
    ) -> tuple[Body | Unfinished | None, str]:
        """What is there, by its state."""
        now = time.monotonic()
        if not hearing.trusted():
            await self._in_thread(hearing.confirm, tuple(entry.stamps))
        state = entry.state(index, now)
        if state is State.FRESH:
            self._counts.hit((found.ref.id, *key))
        if state is State.EXPIRED:
            self._counts.served_expired((found.ref.id, *key))
        if state is State.EXPIRED or (state is State.FRESH and entry.is_nearly_over(now)):
            fills.renew(pool, found.ref.id, key, partial(self._make, found), shared_pages())
        if state in (State.FRESH, State.EXPIRED):
            return entry.value, "hit" if state is State.FRESH else "expired"
        try:
            return await self._filled(found, key, "changed", streams=asked.streams)
        except Exception:
            if entry.state(index, time.monotonic()) is State.GONE:  # by now; it may have been less before
                raise
            logger.exception("%s could not be rendered anew; the last good one is served", found.key)
            return entry.value, "failed"

    async def _sent(self, send: Send, message: dict[str, Any]) -> None:
        """Write-through: a write that leads to a page makes it anew at once, for the next who comes."""
        await send(message)
        if message["type"] == "http.response.start" and message["status"] in (302, 303):
            headers = {name.lower(): value for name, value in message["headers"]}
            wrote = any(
                name.lower() == b"set-cookie" and value.startswith(self._position_cookie)
                for name, value in message["headers"]
            )
            location: str = headers.get(b"location", b"").decode("latin-1")
            if wrote and location.startswith("/"):
                self._keep(asyncio.ensure_future(self._warm_address(unquote(location))))

    def _keep(self, task: asyncio.Future[None]) -> None:
        """A task that nobody holds may be collected before its end."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _warm_address(self, address: str) -> None:
        path, _, query = address.partition("#")[0].partition("?")
        try:
            found = await self._find(path, query)
            if found is None:
                return
            key = (audience_of(found.ref), found.key)
            entry = memory.get(found.ref.id, key)
            if entry is None or entry.state(index, time.monotonic()) is not State.FRESH:
                await self._filled(found, key, "warm")
        except Exception:
            logger.exception("%s could not be made anew; its next reader will try", address)

    async def warm(self, tenant: UUID, tag: str) -> None:
        """Make anew what this process keeps below a tag; a single page also if it keeps none."""
        addresses = {
            str(key[1])
            for key, entry in memory.items(tenant)
            if any(tag in (each, *above(each)) for each in entry.tags.get(tenant, ()))
        }
        if tag == page_tag(path := tag.removeprefix(f"{PAGE}:").removesuffix(".")):
            addresses.add(path)
        for address in sorted(addresses):
            await self._warm_address(address)

    async def _filled(
        self, found: Found, key: tuple[str, str], said: str, *, streams: bool = False
    ) -> tuple[Body | Unfinished | None, str]:
        feed = Feed() if streams else None
        make = partial(self._make, found, feed=feed)
        filling = asyncio.ensure_future(fills.fetch(memory, found.ref.id, key, make, shared_pages()))
        begun = await feed.begins(filling) if feed else None
        if feed and begun:
            return Unfinished(begun, feed, filling), said
        try:
            entry = await filling
        except UnsettledError:
            return None, ""
        body: Body | None = entry.value
        if body is not None and body.status == 404:
            memory.drop(found.ref.id, key)
            absent.put(found.ref.id, key, entry)
        return body, said

    def _make(self, found: Found, reads: Reads, feed: Feed | None = None) -> Made:
        reads.watch(found.ref.id)
        began = time.perf_counter()
        answer = found.page.make(found.ref, found.arguments, dict(found.query), feed)
        if answer is None:
            return Made(None, 0, None, storable=False)
        reads.note(found.ref.id, {page_tag(found.path)})
        render_ms = (time.perf_counter() - began) * 1000
        fresh_for_s = found.page.fresh_for.total_seconds()
        life_s = fresh_for_s if reads.must_end_s is None else min(fresh_for_s, reads.must_end_s)
        cdn = cdn_of(answer, reads.tags(), life_s)
        body = body_of(answer, self._security, render_ms, cdn)
        self._note(found, answer.status, body, reads)
        storable = answer.status in (200, 404) and answer.whole and body.size <= BODY_MAX_BYTES
        if body.size > BODY_MAX_BYTES:
            logger.warning(
                "%s has %d bytes: not stored, %d are allowed", found.key, body.size, BODY_MAX_BYTES
            )
        return Made(body, body.size, fresh_for_s, storable)

    def _note(self, found: Found, status: int, body: Body, reads: Reads) -> None:
        """On a reader thread: the counts are the loop's."""
        made.info("%s (%s, %d, %.1f ms)", found.key, body.audience, status, body.render_ms)
        key = (found.ref.id, body.audience, found.key)
        if status != 200:
            self.upkeep.call(partial(self._counts.left, key))
        else:
            count = partial(
                self._counts.filled,
                key,
                reads,
                render_ms=body.render_ms,
                size_bytes=body.size,
                fresh_for_s=found.page.fresh_for.total_seconds(),
            )
            self.upkeep.call(count)

    async def _find(self, path: str, query_string: str) -> Found | None:
        """The page at an address; None for whatever is for Django."""
        slug = path[1:].partition("/")[0]
        if not slug or slug == "-":
            return None
        try:
            match = resolve(path)
        except Resolver404:
            return None
        if not isinstance(match.func, Page):
            return None
        ref = directory.known(slug) if hearing.trusted() else None
        ref = ref or await self._in_thread(directory.find, slug)
        if ref is None:
            return None
        arguments = {name: value for name, value in match.kwargs.items() if name != "handbook"}
        given = dict(parse_qsl(query_string, keep_blank_values=True))
        return Found(match.func, ref, arguments, match.func.canonical_query(given), path)

    @staticmethod
    async def _in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
        return await sync_to_async(function, thread_sensitive=False, executor=threads)(*arguments)

    # -- the answer

    async def _answer(
        self, body: Body, asked: Asked, scope: Scope, send: Send, said: str, began: float
    ) -> None:
        took_ms = (time.perf_counter() - began) * 1000
        timing = (b"server-timing", b'cache;desc="%s";dur=%.2f' % (said.encode(), took_ms))
        here = [timing, *body.cdn.headers(said)] if body.cdn else [timing]
        if body.status == 200 and asked.has and _matches(asked.has, body.etag):
            headers = [each for each in body.headers if each[0] != b"content-type"]
            await send({"type": "http.response.start", "status": 304, "headers": [*headers, *here]})
            await send({"type": "http.response.body", "body": b""})
            return
        data, headers = body.encoded(asked.accepts)
        await send({"type": "http.response.start", "status": body.status, "headers": [*headers, *here]})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else data})

    async def _stream(self, page: Unfinished, asked: Asked, send: Send, said: str, began: float) -> None:
        """Who leaves cancels nothing: the page is made for the next reader as well."""
        took_ms = (time.perf_counter() - began) * 1000
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-language", page.begun.language.encode()),
            (b"cache-control", page.begun.cache_control.encode()),
            (b"x-accel-buffering", b"no"),
            (b"server-timing", b'cache;desc="%s", shell;dur=%.2f' % (said.encode(), took_ms)),
            *self._security,
        ]
        native = moves_templates(asked.brands.decode("latin-1"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for chunk in page.feed.chunks(page.begun, native=native):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await page.filling  # what went wrong after all breaks the response off
        await send({"type": "http.response.body", "body": page.begun.shell.last()})


def _asked(headers: list[tuple[bytes, bytes]]) -> Asked:
    """A header that comes twice is one with a comma, as Django reads it: no host has one."""
    asked = Asked()
    for name, value in headers:
        if name == b"host":
            asked.host = asked.host + b"," + value if asked.host else value
        elif name == b"accept-encoding":
            asked.accepts = asked.accepts + b"," + value if asked.accepts else value
        elif name == b"if-none-match":
            asked.has = asked.has + b"," + value if asked.has else value
        elif name == b"cookie":
            asked.cookies = asked.cookies + b"; " + value if asked.cookies else value
        elif name == b"x-forwarded-proto":
            asked.proto = asked.proto + b"," + value if asked.proto else value
        elif name == b"sec-ch-ua":
            asked.brands = value
    return asked


def _matches(has: bytes, etag: bytes) -> bool:
    """Weak comparison, as If-None-Match wants it."""
    plain = etag.removeprefix(b"W/")
    return has.strip() == b"*" or any(part.strip().removeprefix(b"W/") == plain for part in has.split(b","))
