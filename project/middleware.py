"""Django's own middleware without its thread hops.

Under ASGI Django runs each hook of a sync middleware in a thread (0.5 ms and more). The hooks of
these classes do no I/O, so they run inline; the classes themselves are Django's. Two hop when there
is something to do: sessions that have something to save, and CSRF for a body that may hold files.
"""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoAuthentication
from django.contrib.messages.middleware import MessageMiddleware as DjangoMessages
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessions
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware as DjangoXFrameOptions
from django.middleware.common import CommonMiddleware as DjangoCommon
from django.middleware.csp import ContentSecurityPolicyMiddleware as DjangoCSP
from django.middleware.csrf import CsrfViewMiddleware as DjangoCsrf
from django.middleware.locale import LocaleMiddleware as DjangoLocale
from django.middleware.security import SecurityMiddleware as DjangoSecurity


class InlineHooks:
    """Mixed in before a MiddlewareMixin: its async road runs the hooks without a thread."""

    async def __acall__(self: Any, request: HttpRequest) -> Any:
        response = self.process_request(request) if hasattr(self, "process_request") else None
        response = response or await self.get_response(request)
        if hasattr(self, "process_response"):
            response = await self.respond(request, response)
        return response

    async def respond(self: Any, request: HttpRequest, response: HttpResponseBase) -> Any:
        return self.process_response(request, response)


class SecurityMiddleware(InlineHooks, DjangoSecurity): ...


class ContentSecurityPolicyMiddleware(InlineHooks, DjangoCSP): ...


class LocaleMiddleware(InlineHooks, DjangoLocale):
    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """A page that names its language has it for everybody: it does not vary with the visitor's."""
        return (
            response
            if response.has_header("Content-Language")
            else super().process_response(request, response)
        )


class CommonMiddleware(InlineHooks, DjangoCommon): ...


class AuthenticationMiddleware(InlineHooks, DjangoAuthentication): ...


class MessageMiddleware(InlineHooks, DjangoMessages): ...


class XFrameOptionsMiddleware(InlineHooks, DjangoXFrameOptions): ...


class CsrfViewMiddleware(InlineHooks, DjangoCsrf):
    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        if self.async_mode:
            self.process_view = self.process_view_inline  # type: ignore[assignment]

    async def process_view_inline(self, request: HttpRequest, *args: Any) -> Any:
        """The token may stand in the body. Reading a form of text is quick; files are written to disk."""
        hook = super().process_view
        if request.method == "POST" and request.content_type == "multipart/form-data":
            return await sync_to_async(hook, thread_sensitive=True)(request, *args)
        return hook(request, *args)


class SessionMiddleware(InlineHooks, DjangoSessions):
    async def respond(self, request: HttpRequest, response: Any) -> Any:
        """Only a changed session is written, one that was read is loaded already."""
        if request.session.modified or settings.SESSION_SAVE_EVERY_REQUEST:
            return await sync_to_async(self.process_response, thread_sensitive=True)(request, response)
        return self.process_response(request, response)
