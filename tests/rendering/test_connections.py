"""Who reads slowly holds no connection to the database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client

from apps.accounts.models import User
from apps.documents.actions.media import add_media
from apps.documents.media import checked_upload
from apps.rendering.connections import ConnectionMiddleware
from project.asgi import django_app
from tests import given
from tests.rendering.asking import HOST, scope_of
from tests.services.visitor import until

PATIENCE_S = 60  # longer than `until` waits

pytestmark = [
    pytest.mark.postgresql_only("a file has no sessions to use up"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def targets(tmp_path, settings) -> Iterator[dict[str, tuple[str, str]]]:
    """Address and cookie of what streams."""
    settings.MEDIA_ROOT = tmp_path
    owner = given.person()
    book = given.handbook(owner, "guide", is_public=True)
    media = add_media(owner, book.pk, checked_upload("big.txt", b"words and words\n" * 50_000))
    client = Client()
    client.force_login(User.objects.get(pk=owner.id))
    session = f"sessionid={client.cookies['sessionid'].value}"
    connection.close()
    return {"file": (f"/guide/-/media/{media.digest}/big.txt", ""), "personal": ("/-/me/", session)}


SESSIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def sessions() -> int:
    """Of others to this database."""
    with connection.cursor() as cursor:
        cursor.execute(SESSIONS)
        found: int = cursor.fetchone()[0]
    connection.close()
    return found


class SlowReader:
    """Takes nothing of the body until `goes_on` is set."""

    def __init__(self, target: str, cookie: str) -> None:
        self.waits, self.goes_on = asyncio.Event(), asyncio.Event()
        headers = [(b"host", HOST.encode()), (b"cookie", cookie.encode())]
        self.scope = scope_of("GET", target, headers)
        self.status = 0
        self._asked = False

    async def read(self) -> None:
        await django_app(self.scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        if self._asked:
            await asyncio.Event().wait()
        self._asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        if message["type"] == "http.response.body":
            self.waits.set()
            await self.goes_on.wait()


@pytest.mark.parametrize("kind", ["file", "personal"])
def test_a_slow_reader_holds_no_connection(targets: dict[str, tuple[str, str]], kind: str):
    async def read() -> int:
        reader = SlowReader(*targets[kind])
        reading = asyncio.create_task(reader.read())
        async with asyncio.timeout(PATIENCE_S):
            await reader.waits.wait()
            await sync_to_async(until, thread_sensitive=False)(sessions, lambda held: held == 0, "no session")
            reader.goes_on.set()
            await reading
        return reader.status

    assert asyncio.run(read()) == 200


def answered(response: Any) -> bool:
    """Whether the connection is still held after the answer."""

    def view(_request: Any) -> Any:
        connection.ensure_connection()
        return response

    ConnectionMiddleware(view)(None)  # type: ignore[arg-type]
    return connection.connection is not None


def test_only_what_streams_gives_it_back_before_the_end_and_never_a_transaction():
    assert answered(HttpResponse())
    with transaction.atomic():
        assert answered(StreamingHttpResponse())
    assert not answered(StreamingHttpResponse())
