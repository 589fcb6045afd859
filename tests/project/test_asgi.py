"""The site as one ASGI app: its start, and what it does not speak."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.caching import process as caching
from apps.caching import purge_sender
from apps.events import following
from apps.store import process as store
from project.asgi import Following, application


def test_a_start_that_fails_fails_every_request_until_it_succeeds(monkeypatch: pytest.MonkeyPatch):
    calls: list[str] = []

    def begin() -> None:
        calls.append("store")
        if calls.count("store") < 3:
            raise ImproperlyConfigured("no Redis Cluster answers")

    async def app(*_asgi: Any) -> None:
        calls.append("app")

    monkeypatch.setattr(gc, "set_threshold", lambda *_numbers: None)
    monkeypatch.setattr(store, "start", begin)
    monkeypatch.setattr(following, "start", lambda *_who: calls.append("following"))
    monkeypatch.setattr(caching, "start", lambda: None)
    monkeypatch.setattr(purge_sender, "start", lambda: None)
    site = Following(app)
    for _ in range(2):
        with pytest.raises(ImproperlyConfigured):
            asyncio.run(site({"type": "http"}, None, None))
    for _ in range(2):
        asyncio.run(site({"type": "http"}, None, None))
    assert calls == ["store", "store", "store", "following", "app", "app"]


def test_a_websocket_is_refused():
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/", "headers": [], "query_string": b"", "scheme": "ws"}
    asyncio.run(application.app(scope, receive, send))
    assert sent == [{"type": "websocket.close"}]
