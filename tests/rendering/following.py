"""A response read as it comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.services.site import Site

NATIVE = {"Sec-CH-UA": '"Not:A-Brand";v="8", "Chromium";v="156"'}
TIMEOUT_S = 30


class Following:
    """What has come so far is in `seen`; `chunks` as the server sent it."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.seen = ""
        self.chunks: list[str] = []
        self._coming = response.iter_raw()

    def until(self, text: str) -> str:
        """All that has come when `text` has."""
        while text not in self.seen:
            self._more()
        return self.seen

    def rest(self) -> str:
        for chunk in self._coming:
            self._add(chunk)
        return self.seen

    def _more(self) -> None:
        self._add(next(self._coming))

    def _add(self, chunk: bytes) -> None:
        self.chunks.append(chunk.decode())
        self.seen += self.chunks[-1]


class SlowSite:
    """The site with slow pages, and the gates of their parts."""

    def __init__(self, site: Site) -> None:
        self.site, self.url = site, site.url

    @contextmanager
    def follow(self, address: str, **headers: str) -> Iterator[Following]:
        given = {"Accept-Encoding": "identity", **headers}
        with httpx.stream("GET", f"{self.url}{address}", headers=given, timeout=TIMEOUT_S) as response:
            yield Following(response)

    def get(self, address: str, method: str = "GET", **headers: str) -> httpx.Response:
        given = {"Accept-Encoding": "identity", **headers}
        return httpx.request(method, f"{self.url}{address}", headers=given, timeout=TIMEOUT_S)

    def open(self, *names: str) -> None:
        for name in names:
            self.get(f"/-/slow/open/{name}/")

    def close(self, *names: str) -> None:
        for name in names:
            self.get(f"/-/slow/close/{name}/")

    def wait_begun(self, name: str) -> None:
        assert self.get(f"/-/slow/begun/{name}/").json() == {"begun": True}

    def outcome(self, name: str) -> str:
        return str(self.get(f"/-/slow/outcome/{name}/").json()["outcome"])

    def threads(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("/-/slow/threads/").json()
        return found
