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

from .asking import Asked, Door, Scope, asked_of, matches
from .bodies import Body
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
    """ASGI: GET and HEAD of declared pages; everything else goes on to `app`."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._door = Door()
        self._keeper = Keeper()
        self.upkeep = self._keeper.upkeep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, partial(self._sent, send) if scope["type"] == "http" else send)
            return
        began = time.perf_counter()
        self.upkeep.start()
        asked = asked_of(scope["headers"])
        stored = self._stored(scope, asked)
        given = Given(stored, "hit") if stored else await self._given(scope, asked)
        if isinstance(given.page, Body):
            await self._answer(given.page, asked, scope, send, given.said, began)
        elif isinstance(given.page, Unfinished):
            await self._stream(given.page, asked, send, given.said, began)
        else:
            await self.app(scope, receive, send)

    def _stored(self, scope: Scope, asked: Asked) -> Body | None:
        """A stored page that may leave at once: nothing here waits for anything."""
        path = scope["path"]
        ref = directory.known(path[1:].partition("/")[0])
        if ref is None or scope["query_string"] or not hearing.trusted():
            return None
        if not self._door.lets_in(scope, asked):
            return None
        audience = PUBLIC if ref.is_public else MEMBERS
        entry = memory.get(ref.id, (audience, path))
        if entry is None and ref.is_public and asked.session():
            audience = MEMBERS
            entry = memory.get(ref.id, (audience, path))
        now = time.monotonic()
        if entry is None or entry.state(index, now) is not State.FRESH or entry.is_nearly_over(now):
            return None
        if POSITION_COOKIE in asked.cookies and not _has_heard(ref, asked):
            return None
        if audience == MEMBERS and not _is_known_open(ref, asked, now):
            return None
        body: Body = entry.value
        self._keeper.counts.hit((ref.id, audience, path))
        return body

    async def _given(self, scope: Scope, asked: Asked) -> Given:
        """What is missing, over or not known here; what cannot be made here, Django is asked for."""
        query = self._door.query_of(scope, asked)
        try:
            found = None if query is None else await find(scope["path"], query)
            if found is None:
                return Given(None)
            if not hearing.trusted():
                await in_thread(hearing.confirm, (found.ref.id,))
            elif POSITION_COOKIE in asked.cookies and not _has_heard(found.ref, asked):
                await in_thread(hearing.refresh, found.ref.id)
            if found.audience == MEMBERS and not await _is_open(found.ref, asked):
                return Given(None)
            streams = scope["method"] == "GET" and not asked.has  # a 304 says all at once
            return await self._keeper.give(found, streams=streams)
        except Exception:
            logger.exception("%s could not be made here; Django is asked", scope["path"])
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

    async def _answer(
        self, body: Body, asked: Asked, scope: Scope, send: Send, said: str, began: float
    ) -> None:
        took_ms = (time.perf_counter() - began) * 1000
        timing = (b"server-timing", b'cache;desc="%s";dur=%.2f' % (said.encode(), took_ms))
        here = [timing, *body.cdn.headers(said)] if body.cdn else [timing]
        if body.status == 200 and asked.has and matches(asked.has, body.etag):
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
        native = moves_templates(asked.brands.decode("latin-1"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for chunk in packed(_chunks(page, native=native), encoding):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


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
    session = asked.session()
    return bool(session) and (await gate_of(session, ref.id)).open
