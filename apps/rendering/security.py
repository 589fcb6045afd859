"""The headers that Django's own middleware gives every page, taken from it once."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.security import SecurityMiddleware

from .bodies import Headers


def security_headers() -> Headers:
    request = HttpRequest()
    request.META["SERVER_NAME"], request.META["SERVER_PORT"] = "localhost", "443"
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        request.META[name] = value
    response = HttpResponse()
    del response["Content-Type"]
    for middleware in (SecurityMiddleware, ContentSecurityPolicyMiddleware, XFrameOptionsMiddleware):
        hooks = middleware(lambda _request: response)
        if hasattr(hooks, "process_request"):
            hooks.process_request(request)
        hooks.process_response(request, response)
    return [(name.lower().encode(), value.encode()) for name, value in response.items()]
