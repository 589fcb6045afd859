"""The quick switcher over a large handbook, as an editor's browser asks it: by HTTP, one by one."""

from __future__ import annotations

import http.client
import random
import statistics
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from bench.data import manage, own_database
from bench.pages import EMAIL, PASSWORD, SETTINGS, signed_in
from bench.registry import Figure, bench
from bench.serving import command_of, serving
from tests.services.postgresql import free_port

PAGES, QUERIES, CHANGES = 10_000, 300, 10
HANDBOOK = "bench"


@bench("switcher.10000_p95_ms", "switcher.10000_median_ms", "switcher.10000_after_change_ms")
def switcher() -> Iterator[Figure]:
    """A third each: beginnings of titles, words or pieces from within them, words with a slip."""
    with own_database():
        manage("seed", "--documents", str(PAGES), "--handbook", HANDBOOK)
        titles = furnish()
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with serving(command_of("uvicorn", port), f"{url}/-/health/", SETTINGS):
            asked = Asked(port, signed_in(url))
            for query in queries(titles, QUERIES // 10, seed=1):
                asked.ms(query)
            times_ms = sorted(asked.ms(query) for query in queries(titles, QUERIES, seed=2))
            changed_ms = [after_change(asked, number) for number in range(CHANGES)]
    yield Figure("switcher.10000_p95_ms", times_ms[round(len(times_ms) * 0.95) - 1], "ms", most=40)
    yield Figure("switcher.10000_median_ms", statistics.median(times_ms), "ms")
    yield Figure("switcher.10000_after_change_ms", statistics.median(changed_ms), "ms", "a page was renamed")


def furnish() -> list[str]:
    """An editor; all titles."""
    from apps.accounts.actions import create_person
    from apps.accounts.people import SYSTEM
    from apps.documents.models import Document
    from apps.tenants.actions import add_member
    from apps.tenants.models import Handbook

    create_person(email=EMAIL, name="Rita", password=PASSWORD)
    add_member(SYSTEM, Handbook.objects.get(slug=HANDBOOK).pk, email=EMAIL, role="editor")
    return list(Document.objects.order_by("path").values_list("title", flat=True))


class Asked:
    """One connection, as a browser keeps it."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._headers = {"Cookie": cookie}

    def ms(self, query: str, expected: str = "") -> float:
        began = time.perf_counter()
        self._connection.request(
            "GET", f"/{HANDBOOK}/-/jump/list/?{urlencode({'q': query})}", headers=self._headers
        )
        answer = self._connection.getresponse()
        body = answer.read().decode()
        took_ms = (time.perf_counter() - began) * 1000
        if answer.status != 200 or expected not in body:
            raise RuntimeError(f"{query!r}: {answer.status}, without {expected!r}")
        return took_ms


def after_change(asked: Asked, number: int) -> float:
    """The first request after a page was renamed by another process; it must find the new name."""
    from apps.accounts.people import SYSTEM
    from apps.documents.actions.saving import save_document
    from apps.documents.models import Document

    page = Document.objects.select_related("revision").order_by("path")[100 * (number + 1)]
    title = f"Zanzibar {number}"
    if page.revision is None:
        raise LookupError(f"{page} has no text.")
    save_document(
        SYSTEM, page.pk, title=title, source=page.revision.source, base_revision_id=page.revision.pk
    )
    return asked.ms(title, expected=title)


def queries(titles: list[str], count: int, seed: int) -> list[str]:
    dice = random.Random(seed)

    def beginning() -> str:
        return dice.choice(titles)[: dice.randint(1, 10)]

    def within() -> str:
        words = dice.choice(titles).split()
        return f"{dice.choice(words)[:4]} {dice.choice(words)}" if dice.random() < 0.5 else dice.choice(words)

    def slip() -> str:
        word = max(dice.choice(titles).split(), key=len)
        at = dice.randrange(len(word) - 1)
        swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return swapped if dice.random() < 0.5 else word[:at] + word[at + 1 :]

    return [dice.choice((beginning, within, slip))() for _ in range(count)]
