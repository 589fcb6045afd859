"""Static files, answered before Django: WhiteNoise finds, compresses and describes them, this sends them.

WhiteNoise's own middleware has no async form.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HASHED = re.compile(r"-[A-Z0-9]{8}\.\w+$")  # as esbuild names its outputs: never changes
CHUNK_BYTES = 64 * 1024


def immutable(_path: str, url: str) -> bool:
    return HASHED.search(url) is not None


class StaticFiles:
    """ASGI: GET and HEAD below `prefix`; everything else goes on to `app`."""

    def __init__(self, app: App, prefix: str, folders: dict[str, Path], *, autorefresh: bool) -> None:
        self.app = app
        self.prefix = prefix
        self.files = WhiteNoise(None, autorefresh=autorefresh, max_age=3600, immutable_file_test=immutable)
        for below, folder in folders.items():
            self.files.add_files(str(folder), prefix=prefix + below)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(self.prefix):
            file = await self._find(scope["path"])
            if file is not None and scope["method"] in ("GET", "HEAD"):
                await self._answer(file, scope, send)
                return
        await self.app(scope, receive, send)

    async def _find(self, path: str) -> StaticFile | None:
        if self.files.autorefresh:
            return await sync_to_async(self.files.find_file, thread_sensitive=False)(path)
        return self.files.files.get(path)

    async def _answer(self, file: StaticFile, scope: Scope, send: Send) -> None:
        environ = {
            "HTTP_" + name.decode("latin-1").upper().replace("-", "_"): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        answer = file.get_response(scope["method"], environ)
        headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers]
        headers.append((b"x-content-type-options", b"nosniff"))
        await send({"type": "http.response.start", "status": answer.status.value, "headers": headers})
        if answer.file is not None:
            with answer.file as source:
                for chunk in iter(lambda: source.read(CHUNK_BYTES), b""):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
