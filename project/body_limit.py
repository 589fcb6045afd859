"""Large bodies are refused before anything keeps them: Django would write a body of any size to disk
before the first view or permission check is asked."""

from __future__ import annotations

from typing import Any

from .static import App, Receive, Scope, Send


class BodyLimit:
    """ASGI: a request whose body is over `max_bytes` is answered 413, by its declared length at once,
    else when the limit is passed."""

    def __init__(self, app: App, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _declared(scope) > self.max_bytes:
            await self._refuse(send)
            return
        received, answered = 0, False

        async def counted() -> dict[str, Any]:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            # To the app it is as if the sender had gone.
            return message if received <= self.max_bytes else {"type": "http.disconnect"}

        async def noted(message: dict[str, Any]) -> None:
            nonlocal answered
            answered = True
            await send(message)

        await self.app(scope, counted, noted)
        if received > self.max_bytes and not answered:
            await self._refuse(send)

    async def _refuse(self, send: Send) -> None:
        text = f"What was sent is larger than {self.max_bytes / 1e6:g} MB, the most that is allowed.\n"
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": text.encode()})


def _declared(scope: Scope) -> int:
    """Content-Length, 0 where there is none or no number (the server refuses those)."""
    text = dict(scope["headers"]).get(b"content-length", b"")
    return int(text) if text.isdigit() else 0
