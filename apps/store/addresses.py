"""Addresses of Redis nodes: what is allowed, and how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

ALLOWED: Final = "redis://[user:password@]host:port, or rediss:// with TLS, is allowed"
PORT: Final = 6379


@dataclass(frozen=True)
class Address:
    host: str
    port: int
    username: str | None
    password: str | None
    tls: bool


def address_of(url: str) -> Address:
    """Raises ValueError that says what is wrong; it does not repeat a password."""
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise ValueError(f"{masked(url)}: {ALLOWED}")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"{masked(url)}: a cluster has no numbered databases and no options here; {ALLOWED}")
    return Address(
        parts.hostname,
        parts.port or PORT,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        parts.scheme == "rediss",
    )


def masked(url: str) -> str:
    """The address with its password covered."""
    parts = urlsplit(url)
    secret, at, where = parts.netloc.rpartition("@")
    user, colon, _ = secret.partition(":")
    shown = f"{user}{':***' if colon else ''}{at}{where}"
    return urlunsplit((parts.scheme, shown, parts.path, parts.query, parts.fragment))


def wrong_addresses(urls: Sequence[str]) -> str:
    """What is wrong with them, or ''. One cluster has one user, and TLS everywhere or nowhere."""
    try:
        found = [address_of(url) for url in urls]
    except ValueError as error:
        return str(error)
    ways = {(each.username, each.password, each.tls) for each in found}
    return (
        "all nodes of a cluster are reached with the same user, password and scheme" if len(ways) > 1 else ""
    )
