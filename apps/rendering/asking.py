"""What a request says of itself, read as Django reads it, and whether the edge may answer it at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http.request import split_domain_port, validate_host

HOSTS_KEPT: Final = 100
HOST_MAX_BYTES: Final = 300
QUERY_MAX_BYTES: Final = 2_000
PATH_MAX_CHARS: Final = 2_000  # no page has a longer address; a stored one would weigh more than is counted

Scope = dict[str, Any]


@dataclass(slots=True)
class Asked:
    """What a request says that a page may depend on the delivery of."""

    host: bytes = b""
    accepts: bytes = b""
    has: bytes = b""
    cookies: bytes = b""
    proto: bytes = b""
    brands: bytes = b""

    def session(self) -> str:
        """The session's key; of several the last, as Django takes it."""
        wanted, found = settings.SESSION_COOKIE_NAME.encode(), b""
        for part in self.cookies.split(b";"):
            name, _, value = part.strip().partition(b"=")
            if name == wanted:
                found = value
        return found.decode("latin-1")


def asked_of(headers: list[tuple[bytes, bytes]]) -> Asked:
    """A header that comes twice is one with a comma, as Django reads it: no host has one."""
    asked = Asked()
    for name, value in headers:
        if name == b"host":
            asked.host = asked.host + b"," + value if asked.host else value
        elif name == b"accept-encoding":
            asked.accepts = asked.accepts + b"," + value if asked.accepts else value
        elif name == b"if-none-match":
            asked.has = asked.has + b"," + value if asked.has else value
        elif name == b"cookie":
            asked.cookies = asked.cookies + b"; " + value if asked.cookies else value
        elif name == b"x-forwarded-proto":
            asked.proto = asked.proto + b"," + value if asked.proto else value
        elif name == b"sec-ch-ua":
            asked.brands = value
    return asked


def matches(has: bytes, etag: bytes) -> bool:
    """Weak comparison, as If-None-Match wants it."""
    plain = etag.removeprefix(b"W/")
    return has.strip() == b"*" or any(part.strip().removeprefix(b"W/") == plain for part in has.split(b","))


class Door:
    """Host, scheme and address are what the site answers to; Django says to the others what is wrong."""

    def __init__(self) -> None:
        self._hosts: dict[bytes, bool] = {}

    def lets_in(self, scope: Scope, asked: Asked) -> bool:
        known = self._hosts.get(asked.host)
        if known is None and len(asked.host) <= HOST_MAX_BYTES:
            domain = split_domain_port(asked.host.decode("latin-1"))[0]
            allowed = settings.ALLOWED_HOSTS or (["localhost", "127.0.0.1"] if settings.DEBUG else [])
            known = bool(domain) and validate_host(domain, allowed)
            if len(self._hosts) >= HOSTS_KEPT:
                self._hosts.clear()
            self._hosts[asked.host] = known
        if not known or scope.get("root_path"):
            return False
        if not settings.SECURE_SSL_REDIRECT:
            return True
        if asked.proto and settings.SECURE_PROXY_SSL_HEADER:  # then Django believes the first of these alone
            return asked.proto.partition(b",")[0].strip() == b"https"
        return bool(scope["scheme"] == "https")

    def query_of(self, scope: Scope, asked: Asked) -> str | None:
        """The query string of an address that a page may have."""
        query_string = scope["query_string"]
        if len(query_string) > QUERY_MAX_BYTES or len(scope["path"]) > PATH_MAX_CHARS:
            return None
        try:
            return str(query_string, "utf-8") if self.lets_in(scope, asked) else None
        except UnicodeDecodeError:
            return None
