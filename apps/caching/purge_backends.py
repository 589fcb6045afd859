"""What takes purges. A CDN of another kind is one more class with `purge`."""

from __future__ import annotations

from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from typing import Final, Protocol
from urllib.parse import urlsplit

TIMEOUT_S: Final = 5.0


class PurgeError(Exception):
    """The CDN did not acknowledge: nothing is known of what it has purged."""


class PurgeBackend(Protocol):
    def purge(self, tags: Sequence[str], *, soft: bool) -> None:
        """Purge whatever carries one of `tags`; `soft`: let it be served once more while it is renewed.
        Returns when that is acknowledged, else raises PurgeError. Tags fit into one header."""


class Varnish:
    """Varnish with our VCL, at http://host:port."""

    def __init__(self, url: str, token: str, timeout_s: float = TIMEOUT_S) -> None:
        parts = urlsplit(url)
        self.url = url
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._token = token
        self._timeout_s = timeout_s

    def purge(self, tags: Sequence[str], *, soft: bool) -> None:
        headers = {"xkey-softpurge" if soft else "xkey-purge": " ".join(tags), "cairn-token": self._token}
        connection = HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        try:
            connection.request("PURGE", "/", headers=headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException) as error:
            raise PurgeError(f"{self.url}: {error}") from error
        finally:
            connection.close()
        if answer.status != 200:
            raise PurgeError(f"{self.url} answered {answer.status} {answer.reason}")
