"""Who reads an answer slowly holds no connection to the database.

Django closes the connection of a request's thread when the last byte has left. What streams here reads no
database on that thread, so it may go back to the pool before the first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction, markcoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ConnectionMiddleware:
    """The first of all: none may need the database after it."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._answer(request)
        response: HttpResponseBase = self.get_response(request)
        if response.streaming:
            close_old_connections()
        return response

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await self.get_response(request)
        if response.streaming:
            await sync_to_async(close_old_connections, thread_sensitive=True)()  # on the thread that answered
        return response
