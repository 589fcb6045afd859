"""A crawl: a running site is asked for addresses that nobody asked for before, and its memory is watched.

What crawlers ask for: each page, and beside it the same page again under parameters that nobody knows;
pages that are not there; words, numbers of pages and positions; handbooks that are not there. The memory
for pages is so small that it is full long before WARM, and that what is asked for goes many times through it.
"""

from __future__ import annotations

import http.client
import itertools
import json
import random
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Final

from bench.data import manage, own_database
from bench.importing import tree_memory_mb
from bench.pages import SETTINGS
from bench.registry import Figure, bench
from bench.serving import command_of, serving
from tests.services.postgresql import free_port

CRAWLED, WARM = 200_000, 50_000
HANDBOOKS: Final = {"imported": 4_000, "guide": 1_500, "notes": 500}  # pages of each
MEMORY_MB: Final = 60  # a fifth of the pages, about
CLIENTS = 4
AT_ONCE: Final = 40  # pages whose addresses are asked for in no order
PARAMETERS = ("utm_source", "fbclid", "sid", "replytocom", "print", "ref")
ABSENT = ("old", "wp-content", "feed", "tag", "author", "archive")


def addresses(pages: list[str], wanted: int) -> Iterator[str]:
    """`wanted` different ones: the pages in turn, what is asked for beside each soon after it."""
    dice, numbers = random.Random(5), itertools.count()
    beside = wanted // len(pages)
    waiting: list[str] = []
    for page in dice.sample(pages, len(pages)):
        waiting += [page, *(_beside(page, dice, next(numbers)) for _ in range(beside))]
        while len(waiting) > AT_ONCE * beside:
            yield waiting.pop(dice.randrange(len(waiting)))
    yield from waiting


def _beside(page: str, dice: random.Random, number: int) -> str:
    book = page.split("/")[1]
    kinds = {
        f"{page}?{dice.choice(PARAMETERS)}={number}": 62,
        f"{page}{dice.choice(ABSENT)}-{number}/": 20,
        f"/{book}/-/search/?q=gauge+{number}": 5,
        f"/{book}/-/search/?q=crane+medicine&page={number}": 3,
        f"/{book}/-/changes/?before={number}": 3,
        f"/{book}/-/tree/?from={number}": 3,
        f"/{dice.choice(ABSENT)}-{number}/": 4,
    }
    return dice.choices(list(kinds), list(kinds.values()))[0]


def ask(site: str, paths: Iterator[str]) -> None:
    """Over CLIENTS connections that are kept. Raises RuntimeError for an answer other than 200 and 404."""
    lock = threading.Lock()

    def client(_number: int) -> None:
        with closing(http.client.HTTPConnection(site.removeprefix("http://"), timeout=60)) as connection:
            while True:
                with lock:
                    path = next(paths, None)
                if path is None:
                    return
                connection.request("GET", path, headers={"Accept-Encoding": "br"})
                answer = connection.getresponse()
                answer.read()
                if answer.status not in (200, 404):
                    raise RuntimeError(f"{path}: {answer.status}")

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(client, range(CLIENTS)))


def kept(site: str) -> dict[str, int]:
    """What the server's memory for pages holds."""
    with urllib.request.urlopen(f"{site}/-/bench/memory/") as answer:
        found: dict[str, int] = json.loads(answer.read())
    return found


def all_pages() -> list[str]:
    from apps.documents.models import Document

    rows = Document.objects.order_by("pk").values_list("handbook__slug", "path")
    return [f"/{book}/{path}/" if path else f"/{book}/" for book, path in rows]


@bench("pages.crawl_200k_growth_mb")
def crawl() -> Iterator[Figure]:
    """Proportional memory of the server, between the WARM-th address and the last."""
    with own_database():
        for slug, number in HANDBOOKS.items():
            manage("seed", "--documents", str(number), "--handbook", slug)
        paths, port = addresses(all_pages(), CRAWLED), free_port()
        site = f"http://127.0.0.1:{port}"
        env = SETTINGS | {"CAIRN_CACHING_MEMORY_MB": str(MEMORY_MB)}
        with serving(command_of("uvicorn", port), f"{site}/-/health/", env) as server:
            ask(site, itertools.islice(paths, WARM))
            warm, full = tree_memory_mb(server), kept(site)
            if not full["evicted"]:
                raise RuntimeError(f"warm at {full['bytes']} bytes: nothing had to leave yet")
            ask(site, paths)
            end, left = tree_memory_mb(server), kept(site)["evicted"] - full["evicted"]
    beside = f"at {end:.0f} MB, {left} pages went through {MEMORY_MB} MB of memory for them"
    yield Figure("pages.crawl_200k_growth_mb", end - warm, "MB", beside, most=50)
