"""Your own write: a browser that wrote carries how far, and memory that has not heard so far does not
answer it. The cookie lives for a minute, on the handbook's path; a forged one only makes a process look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction, markcoroutinefunction
from typing import Any, Final
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.events.wake import written_here
from apps.tenants.directory import directory

COOKIE: Final = "cairn-at"
LIFE_S: Final = 60
DIGITS_MAX: Final = 18

type Written = dict[UUID, tuple[UUID, int]]


def position_in(cookies: bytes) -> int | None:
    """The greatest position that a Cookie header carries; None for none, or for what is no position."""
    found = None
    for part in cookies.split(b";"):
        name, _, value = part.strip().partition(b"=")
        if name == COOKIE.encode() and value.isdigit() and len(value) <= DIGITS_MAX:
            found = max(found or 0, int(value))
    return found


class PositionMiddleware:
    """Gives the cookie to whoever wrote to the handbook that the address names."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._answer(request)
        written: Written = {}
        token = written_here.set(written)
        try:
            response: HttpResponseBase = self.get_response(request)
        finally:
            written_here.reset(token)
        if written:
            _mark(request, response, written)
        return response

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        written: Written = {}
        token = written_here.set(written)
        try:
            response: HttpResponseBase = await self.get_response(request)
        finally:
            written_here.reset(token)
        if written:
            await sync_to_async(_mark, thread_sensitive=True)(request, response, written)
        return response


def _mark(request: HttpRequest, response: HttpResponseBase, written: Written) -> None:
    slug = request.path_info[1:].partition("/")[0]
    ref = directory.find(slug) if slug and slug != "-" else None
    if ref is not None and ref.id in written:
        _log_id, position = written[ref.id]
        response.set_cookie(
            COOKIE, str(position), max_age=LIFE_S, path=f"/{slug}/",
            secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
        )  # fmt: skip
