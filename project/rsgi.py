"""The site over RSGI, granian's own protocol: a kept page leaves at once, the ASGI app is brought the rest.

    granian --interface rsgi project.rsgi:application

RSGI says less than ASGI. A header whose value is not ASCII, even Cookie, is as if it had not been sent; a
response that breaks off looks as if it had ended; WebSockets are refused here.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

from granian.rsgi import ProtocolClosed, ProtocolError  # type: ignore[attr-defined]

from apps.rendering.asking import READS, Said

from .asgi import Following, edge
from .asgi import application as site
from .static import Scope

if TYPE_CHECKING:
    from apps.rendering.edge import Edge  # its models need the app registry

REFUSED: Final = 403

type Pairs = list[tuple[str, str]]


class Headers(Protocol):
    def __contains__(self, key: str) -> bool: ...
    def items(self) -> Pairs: ...
    def get_all(self, key: str) -> list[str]: ...


class RsgiScope(Protocol):
    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    headers: Headers


class Transport(Protocol):
    async def send_bytes(self, data: bytes) -> None: ...


class RsgiProtocol(Protocol):
    """https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md"""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    async def client_disconnect(self) -> None: ...
    def response_bytes(self, status: int, headers: Pairs, body: bytes) -> None: ...
    def response_stream(self, status: int, headers: Pairs) -> Transport: ...
    def close(self, status: int) -> None: ...


class Rsgi:
    def __init__(self, site: Following, edge: Edge) -> None:
        self.site = site
        self.edge = edge

    def __rsgi_init__(self, loop: AbstractEventLoop) -> None:
        loop.run_until_complete(self.site.start())

    def __rsgi_del__(self, loop: AbstractEventLoop) -> None:
        loop.run_until_complete(self.site.stop())

    async def __rsgi__(self, scope: RsgiScope, protocol: RsgiProtocol) -> None:
        if scope.proto != "http":
            protocol.close(REFUSED)
            return
        kept = self.edge.at_once(said_in(scope)) if scope.method in READS else None
        if kept is not None:
            protocol.response_bytes(kept.status, kept.text_headers, kept.data)
            return
        exchange = Exchange(protocol)
        await self.site(asgi_scope_of(scope), exchange.receive, exchange.send)


class Exchange:
    """One request and its response, as an ASGI app receives and sends them."""

    def __init__(self, protocol: RsgiProtocol) -> None:
        self._protocol = protocol
        self._chunks = aiter(protocol)
        self._received = False
        self._head: tuple[int, Pairs] = 500, []
        self._transport: Transport | None = None

    async def receive(self) -> dict[str, Any]:
        if self._received:
            await self._protocol.client_disconnect()
            return {"type": "http.disconnect"}
        chunk = b""
        try:
            chunk = await anext(self._chunks)  # given a default it crashes over granian's iterator
        except StopAsyncIteration:
            self._received = True
        except (ProtocolClosed, ProtocolError):
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": not self._received}

    async def send(self, message: dict[str, Any]) -> None:
        """To who has gone, nothing is sent; the app hears of it when it receives."""
        if message["type"] == "http.response.start":
            pairs = message["headers"]
            self._head = (
                message["status"],
                [(name.decode(), value.decode("latin-1")) for name, value in pairs],
            )
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._transport is None:
            if not more:
                self._protocol.response_bytes(*self._head, body)
                return
            self._transport = self._protocol.response_stream(*self._head)
        with suppress(ProtocolClosed):
            await self._transport.send_bytes(body)
        if not more:
            self._transport = None  # which ends the response


def said_in(scope: RsgiScope) -> Said:
    """Each look over the border to Rust takes its time: few readers send what may be missing."""
    headers = scope.headers
    said = headers.get_all
    return (
        scope.method,
        scope.path,
        scope.query_string.encode(),
        scope.scheme,
        (",".join(said("host")) or scope.authority or "").encode(),
        ",".join(said("accept-encoding")).encode(),
        ",".join(said("if-none-match")).encode() if "if-none-match" in headers else b"",
        "; ".join(said("cookie")).encode() if "cookie" in headers else b"",
        ",".join(said("x-forwarded-proto")).encode() if "x-forwarded-proto" in headers else b"",
    )


def asgi_scope_of(scope: RsgiScope) -> Scope:
    headers = [(name.encode(), value.encode()) for name, value in scope.headers.items()]
    if scope.authority and not scope.headers.get_all("host"):
        headers.insert(0, (b"host", scope.authority.encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": scope.path,
        "query_string": scope.query_string.encode(),
        "root_path": "",
        "headers": headers,
        "client": _address(scope.client),
        "server": _address(scope.server),
    }


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port) if port.isdigit() else 0


application = Rsgi(site, edge)
