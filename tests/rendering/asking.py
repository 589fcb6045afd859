"""The site's ASGI app in this process, asked as a server would ask it."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import brotli
from django.test import Client

from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.caching.process import fills

HOST = "127.0.0.1"
CSRF = "c" * 32
UNPACK = {"": bytes, "br": brotli.decompress, "gzip": gzip.decompress}
SAID = re.compile(r'cache;desc="(\w+)"')

type Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Headers
    body: bytes

    def __getitem__(self, name: str) -> str:
        """A header; joined with a comma where there are several, empty where there is none."""
        return ", ".join(value.decode("latin-1") for key, value in self.headers if key == name.encode())

    @property
    def said(self) -> str:
        """What the edge says of its answer; empty where Django answered."""
        found = SAID.search(self["server-timing"])
        return found.group(1) if found else ""

    @property
    def text(self) -> str:
        return UNPACK[self["content-encoding"]](self.body).decode()

    @property
    def all_bytes(self) -> bytes:
        """What a reader may see of it, unpacked."""
        head = b"\n".join(b": ".join(pair) for pair in self.headers)
        return head + b"\n\n" + (UNPACK[self["content-encoding"]](self.body) if self.body else b"")


def scope_of(method: str, target: str, headers: Headers, **changes: Any) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": method, "scheme": "http", "path": unquote(path), "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"), "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 8000),
    } | changes  # fmt: skip


class Asker:
    """Keeps one event loop, which runs only while something is asked."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.runner = asyncio.Runner()

    def get(self, target: str, *, cookies: Mapping[str, str] | None = None, **headers: str) -> Reply:
        return self.ask("GET", target, cookies=cookies, headers=headers)

    def warm(self, target: str, *, cookies: Mapping[str, str] | None = None, **headers: str) -> Reply:
        """The stored page. What is asked first may be streamed: other bytes, and not all headers yet."""
        self.get(target, cookies=cookies)
        self.settle()
        reply = self.get(target, cookies=cookies, **headers)
        assert reply.said == "hit"
        return reply

    def post(self, target: str, form: bytes = b"", *, cookies: Mapping[str, str] | None = None) -> Reply:
        """A form of this site's own."""
        body = form + b"&" * bool(form) + b"csrfmiddlewaretoken=" + CSRF.encode()
        kind = {"content_type": "application/x-www-form-urlencoded", "content_length": str(len(body))}
        return self.ask(
            "POST", target, cookies={"csrftoken": CSRF, **(cookies or {})}, headers=kind, body=body
        )

    def ask(
        self,
        method: str,
        target: str,
        *,
        cookies: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        pairs: Headers | None = None,
        body: bytes = b"",
        **scope: Any,
    ) -> Reply:
        """`pairs` are sent as they are; an underscore in the name of a header stands for a dash."""
        sent = {"host": HOST, **(headers or {})}
        listed = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in sent.items()]
        if cookies:
            listed.append((b"cookie", "; ".join(f"{key}={word}" for key, word in cookies.items()).encode()))
        return self.runner.run(self.answer(scope_of(method, target, listed + (pairs or []), **scope), body))

    def together(self, targets: Iterable[str]) -> list[Reply]:
        """Replies to requests that are all under way at once."""

        async def all_of() -> list[Reply]:
            scopes = [scope_of("GET", target, [(b"host", HOST.encode())]) for target in targets]
            return list(await asyncio.gather(*map(self.answer, scopes)))

        return self.runner.run(all_of())

    async def answer(
        self, scope: dict[str, Any], body: bytes = b"", *, left: asyncio.Event | None = None
    ) -> Reply:
        """`left` is set when whoever asks goes away; the reply is then of status 0 if there was none."""
        parts: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if parts:
                return parts.pop()
            await (left or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        if left is not None and left.is_set() and (not sent or sent[-1].get("more_body", True)):
            return Reply(0, [], b"")
        assert sent[0]["type"] == "http.response.start"
        assert not sent[-1].get("more_body")
        return Reply(
            sent[0]["status"],
            [(bytes(name).lower(), bytes(value)) for name, value in sent[0]["headers"]],
            b"".join(message.get("body", b"") for message in sent[1:]),
        )

    def settle(self) -> None:
        """Waits for the fills that run beside requests, whatever comes of them."""

        async def ended() -> None:
            while running := [asyncio.wrap_future(fill.done) for fill in list(fills._running.values())]:
                await asyncio.wait(running)
                await asyncio.sleep(0)

        self.runner.run(ended())

    def close(self) -> None:
        self.settle()
        self.runner.close()


def session_of(actor: Actor) -> dict[str, str]:
    """Cookies of somebody who has signed in."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.id))
    return {"sessionid": client.cookies["sessionid"].value}
