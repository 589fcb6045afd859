"""The edge: stored pages leave from here, before any code of Django's runs; missing ones are made here.

    request -> host and scheme -> handbook -> gate -> stored page -> bytes
                                                   \\-> fill -> bytes, its slow parts last
Whatever is not a declared page, and whatever is odd in any way, goes on to Django, which knows how to
refuse it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import unquote

from apps.caching.marks import State
from apps.caching.process import hearing, index, memory
from apps.tenants.directory import HandbookRef, directory

from .again import Again
from .asking import READS, Asked, Door, Said, Scope, headers_of, said_in
from .bodies import Body, Leaving
from .encodings import encoding_for, packed
from .finding import find, in_thread
from .gates import gate_of, remembered
from .keeping import Given, Keeper, Unfinished
from .pages import MEMBERS, PUBLIC
from .positions import COOKIE, position_in
from .shells import moves_templates

logger = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POSITION_COOKIE = f"{COOKIE}=".encode()


class Edge:
    """ASGI: GET and HEAD of declared pages; everything else goes on to `app`. A server that speaks another
    protocol asks `at_once`, and brings as ASGI what that leaves."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._door = Door()
        self._keeper = Keeper()
        self._again = Again(self._keeper.counts)
        self.upkeep = self._keeper.upkeep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # there are none here; a server makes this a 403
            await send({"type": "websocket.close"})
            return
        if scope["method"] not in READS or scope.get("root_path"):
            await self.app(scope, receive, partial(self._sent, send))
            return
        said = said_in(scope)
        answer = self.at_once(said) or await self._answer(Asked(*said), scope)
        if answer is None:
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.chunks is not None:
            async for chunk in answer.chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": answer.data})

    def at_once(self, said: Said) -> Leaving | None:
        """A stored page that may leave as it is: nothing here waits for anything."""
        now = time.monotonic()
        if not hearing.trusted(now):
            return None
        last = self._again.get(said, now)
        if last is not None:
            return last.leaving
        return self._stored(said, Asked(*said), now)

    def _stored(self, said: Said, asked: Asked, now: float) -> Leaving | None:
        path = asked.path
        ref = directory.known(path[1:].partition("/")[0])
        if ref is None or asked.query or not self._door.lets_in(asked):
            return None
        audience = PUBLIC if ref.is_public else MEMBERS
        entry = memory.get(ref.id, (audience, path))
        if entry is None and ref.is_public and asked.session():
            audience = MEMBERS
            entry = memory.get(ref.id, (audience, path))
        if entry is None or entry.state(index, now) is not State.FRESH or entry.is_nearly_over(now):
            return None
        if POSITION_COOKIE in asked.cookies and not _has_heard(ref, asked):
            return None
        if audience == MEMBERS and not _is_known_open(ref, asked, now):
            return None
        body: Body = entry.value
        leaving, key = body.hit(asked), (ref.id, audience, path)
        self._keeper.counts.hit(key)
        if body.cdn is None:  # what a CDN is told moves on with the time
            self._again.put(said, asked, leaving, key, entry.nearly_over_at, now)
        return leaving

    async def _answer(self, asked: Asked, scope: Scope) -> Leaving | None:
        """What is missing, over or not known here; None: Django is to answer."""
        began = time.perf_counter()
        self.upkeep.start()
        given = await self._given(asked)
        if given.page is None:
            return None
        took_ms = (time.perf_counter() - began) * 1000
        if isinstance(given.page, Unfinished):
            native = moves_templates(headers_of(scope).get(b"sec-ch-ua", b"").decode("latin-1"))
            return self._streamed(given.page, asked, given.said, took_ms, native=native)
        return given.page.leaving(asked, given.said, took_ms)

    async def _given(self, asked: Asked) -> Given:
        """What cannot be made here, Django is asked for."""
        query = self._door.query_of(asked)
        try:
            found = None if query is None else await find(asked.path, query)
            if found is None:
                return Given(None)
            if not hearing.trusted():
                await in_thread(hearing.confirm, (found.ref.id,))
            elif POSITION_COOKIE in asked.cookies and not _has_heard(found.ref, asked):
                await in_thread(hearing.refresh, found.ref.id)
            if found.audience == MEMBERS and not await _is_open(found.ref, asked):
                return Given(None)
            streams = asked.method == "GET" and not asked.has  # a 304 says all at once
            return await self._keeper.give(found, streams=streams)
        except Exception:
            logger.exception("%s could not be made here; Django is asked", asked.path)
            return Given(None)

    async def _sent(self, send: Send, message: dict[str, Any]) -> None:
        """Write-through: a write that leads to a page makes it anew at once, for the next who comes."""
        await send(message)
        if message["type"] != "http.response.start" or message["status"] not in (302, 303):
            return
        headers = [(name.lower(), value) for name, value in message["headers"]]
        wrote = any(name == b"set-cookie" and value.startswith(POSITION_COOKIE) for name, value in headers)
        location: str = dict(headers).get(b"location", b"").decode("latin-1")
        if wrote and location.startswith("/"):
            self._keeper.warm_soon(unquote(location))

    def _streamed(
        self, page: Unfinished, asked: Asked, said: str, took_ms: float, *, native: bool
    ) -> Leaving:
        """Who leaves cancels nothing: the page is made for the next reader as well."""
        encoding = encoding_for(asked.accepts)
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-language", page.begun.language.encode()),
            (b"cache-control", page.begun.cache_control.encode()),
            (b"vary", b"accept-encoding"),
            *([(b"content-encoding", encoding)] if encoding else []),
            (b"x-accel-buffering", b"no"),
            (b"server-timing", b'cache;desc="%s", shell;dur=%.2f' % (said.encode(), took_ms)),
            *self._keeper.security,
        ]
        return Leaving(200, headers, chunks=packed(_chunks(page, native=native), encoding))


async def _chunks(page: Unfinished, *, native: bool) -> AsyncIterator[bytes]:
    async for chunk in page.feed.chunks(page.begun, native=native):
        yield chunk
    await page.filling  # what went wrong after all breaks the response off
    yield page.begun.shell.last()


def _has_heard(ref: HandbookRef, asked: Asked) -> bool:
    """Whether what this browser last wrote here has been heard by this process."""
    cursor = index.heard(ref.id)
    wrote = position_in(asked.cookies)
    return wrote is None or (cursor is not None and cursor.position >= wrote)


def _is_known_open(ref: HandbookRef, asked: Asked, now: float) -> bool:
    session = asked.session()
    gate = remembered(session, ref.id, now) if session else None
    return gate is not None and gate.open


async def _is_open(ref: HandbookRef, asked: Asked) -> bool:
    if hearing.trusted() and _is_known_open(ref, asked, time.monotonic()):
        return True
    session = asked.session()
    return bool(session) and (await gate_of(session, ref.id)).open
