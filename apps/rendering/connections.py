"""Who reads an answer slowly holds no connection to the database.

Django closes the connection of a request's thread when the last byte has left. What streams here reads no
database on that thread, so it may go back to the pool before the first.
"""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin


class ConnectionMiddleware(MiddlewareMixin):
    """The first of all: none may need the database after it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming:
            close_old_connections()
        return response

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        """Without a thread for what does not stream."""
        response: HttpResponseBase = await self.get_response(request)  # type: ignore[misc]
        if response.streaming:
            await sync_to_async(self.process_response, thread_sensitive=True)(request, response)
        return response
