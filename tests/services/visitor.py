"""Somebody with a browser's manners and no browser: cookies, forms, what each answer says of its caches."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from tests.services.site import Site

PASSWORD = "mountain-hut-7"
PATIENCE_S = 30
POLL_S = 0.02  # nobody is told when a CDN has been purged: it has to be asked


@contextmanager
def visitor(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_S) as client:
        yield client


def sign_in(client: httpx.Client, email: str) -> None:
    client.get("/-/sign-in/").raise_for_status()
    assert send(client, "/-/sign-in/", email=email, password=PASSWORD).status_code == 302


def send(client: httpx.Client, path: str, **values: str) -> httpx.Response:
    """A form. The token is the cookie's, as a page visited before has set it."""
    return client.post(path, data={"csrfmiddlewaretoken": client.cookies["csrftoken"], **values})


def save(client: httpx.Client, slug: str, document_id: str, text: str) -> None:
    """Through the form of the edit page."""
    form = client.get(f"/{slug}/-/edit/{document_id}/").raise_for_status().text
    found = {
        name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', form)
        for name in ("base_revision", "operation_id", "title")
    }
    values = {name: match[1] for name, match in found.items() if match}
    answer = send(client, f"/{slug}/-/edit/{document_id}/", **values, source=text, message="")
    assert answer.status_code == 302, answer.text


def cdn(answer: httpx.Response) -> str:
    """hit, miss, expired or pass: what Varnish says it did."""
    return re.findall(r'cdn;desc="(\w+)"', answer.headers.get("server-timing", ""))[-1]


def until[T](ask: Callable[[], T], is_so: Callable[[T], bool], what: str) -> T:
    """The first answer that is as wanted."""
    end = time.monotonic() + PATIENCE_S
    while not is_so(answer := ask()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {PATIENCE_S} s for {what}; last: {answer!r}")
        time.sleep(POLL_S)
    return answer


def quiet(site: Site) -> None:
    """Returns when all events are handled and the CDN has acknowledged all purges."""

    def health() -> dict[str, int]:
        answer: dict[str, int] = httpx.get(f"{site.url}/-/health/", trust_env=False).json()
        return answer

    until(health, lambda said: said["unapplied"] == said["purges"] == 0, "no purge to wait")
