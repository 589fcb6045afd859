"""What a request says of itself, read as Django reads it, and whether the edge may answer it at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http.request import split_domain_port, validate_host

READS: Final = frozenset({"GET", "HEAD"})
SENDERS_KEPT: Final = 100
SENDER_MAX_BYTES: Final = 300
QUERY_MAX_BYTES: Final = 2_000
DIGITS_MAX: Final = 18  # of numbers that a database can count with
PATH_MAX_CHARS: Final = 2_000  # no page has a longer address; a stored one would weigh more than is counted
PATH_STEPS_MAX: Final = 31  # the handbook, and as many levels as pages stand deep

Scope = dict[str, Any]

# The fields of Asked, in their order: quicker to make, and to look up by.
type Said = tuple[str, str, bytes, str, bytes, bytes, bytes, bytes, bytes]


@dataclass(slots=True)
class Asked:
    """What a request says that a page may depend on the delivery of; whatever server has received it."""

    method: str
    path: str
    query: bytes
    scheme: str
    host: bytes
    accepts: bytes
    has: bytes
    cookies: bytes
    proto: bytes

    def session(self) -> str:
        """The session's key; of several the last, as Django takes it."""
        wanted, found = settings.SESSION_COOKIE_NAME.encode(), b""
        for part in self.cookies.split(b";"):
            name, _, value = part.strip().partition(b"=")
            if name == wanted:
                found = value
        return found.decode("latin-1")


def said_in(scope: Scope) -> Said:
    """Of an ASGI scope."""
    get = headers_of(scope).get
    return (
        scope["method"],
        scope["path"],
        scope["query_string"],
        scope["scheme"],
        get(b"host", b""),
        get(b"accept-encoding", b""),
        get(b"if-none-match", b""),
        get(b"cookie", b""),
        get(b"x-forwarded-proto", b""),
    )


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """One that comes twice is one with a comma, as Django reads it: no host has one."""
    pairs: list[tuple[bytes, bytes]] = scope["headers"]
    said: dict[bytes, bytes] = dict(pairs)
    if len(said) < len(pairs):
        said = {}
        for name, value in pairs:
            joint = b"; " if name == b"cookie" else b","
            said[name] = said[name] + joint + value if name in said else value
    return said


def matches(has: bytes, etag: bytes) -> bool:
    """Weak comparison, as If-None-Match wants it."""
    if has == etag:
        return True
    plain = etag.removeprefix(b"W/")
    return has.strip() == b"*" or any(part.strip().removeprefix(b"W/") == plain for part in has.split(b","))


class Door:
    """Host, scheme and address are what the site answers to; Django says to the others what is wrong."""

    def __init__(self) -> None:
        self._judged: dict[tuple[bytes, str, bytes], bool] = {}

    def lets_in(self, asked: Asked) -> bool:
        sender = asked.host, asked.scheme, asked.proto
        known = self._judged.get(sender)
        return self._judge(*sender) if known is None else known

    def query_of(self, asked: Asked) -> str | None:
        """The query string of an address that a page may have."""
        if len(asked.query) > QUERY_MAX_BYTES or len(asked.path) > PATH_MAX_CHARS:
            return None
        if asked.path.count("/") > PATH_STEPS_MAX + 1:  # one at each end
            return None
        try:
            return str(asked.query, "utf-8") if self.lets_in(asked) else None
        except UnicodeDecodeError:
            return None

    def _judge(self, host: bytes, scheme: str, proto: bytes) -> bool:
        if len(host) + len(proto) > SENDER_MAX_BYTES:
            return False
        if len(self._judged) >= SENDERS_KEPT:
            self._judged.clear()
        found = self._judged[host, scheme, proto] = _is_ours(host) and _is_safe(scheme, proto)
        return found


def _is_ours(host: bytes) -> bool:
    domain = split_domain_port(host.decode("latin-1"))[0]
    allowed = settings.ALLOWED_HOSTS or (["localhost", "127.0.0.1"] if settings.DEBUG else [])
    return bool(domain) and validate_host(domain, allowed)


def _is_safe(scheme: str, proto: bytes) -> bool:
    """Where visitors without https are sent there, Django believes the first of what a proxy says alone."""
    if not settings.SECURE_SSL_REDIRECT:
        return True
    if proto and settings.SECURE_PROXY_SSL_HEADER:
        return proto.partition(b",")[0].strip() == b"https"
    return scheme == "https"


def number_in(text: str, digits: int = DIGITS_MAX) -> int | None:
    """What a parameter of the query counts; None for what is no number, or has more digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None
