"""Large bodies are refused before anything keeps them: Django would write a body of any size to disk
before the first view or permission check is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from .static import App, Receive, Scope, Send

type Allowance = Callable[[Scope], Awaitable[int]]  # how many bytes this request may have


class BodyLimit:
    """ASGI: a request whose body is over `max_bytes` is answered 413, by its declared length at once,
    else when the limit is passed. One that declares more is let through as far as `allowance` says."""

    def __init__(self, app: App, max_bytes: int, allowance: Allowance | None = None) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.allowance = allowance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most, declared = self.max_bytes, _declared(scope)
        if declared > most and self.allowance:
            most = max(most, await self.allowance(scope))
        if declared > most:
            await self._refuse(send, most)
            return
        received, answered = 0, False

        async def counted() -> dict[str, Any]:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            # To the app it is as if the sender had gone.
            return message if received <= most else {"type": "http.disconnect"}

        async def noted(message: dict[str, Any]) -> None:
            nonlocal answered
            answered = True
            await send(message)

        await self.app(scope, counted, noted)
        if received > most and not answered:
            await self._refuse(send, most)

    async def _refuse(self, send: Send, most: int) -> None:
        text = f"What was sent is larger than {most / 1e6:g} MB, the most that is allowed.\n"
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": text.encode()})


def _declared(scope: Scope) -> int:
    """Content-Length, 0 where there is none or no number (the server refuses those)."""
    text = dict(scope["headers"]).get(b"content-length", b"")
    return int(text) if text.isdigit() else 0
