"""Search over a large handbook: from the words to the rendered page, as a reader's request runs it."""

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.registry import Figure, bench

ROOT = Path(__file__).resolve().parents[1]
PAGES = 5000
QUERIES = 200
HANDBOOK = "bench"


@bench("search.5000_p95_ms", "search.5000_median_ms")
def search() -> Iterator[Figure]:
    """A third each: one word, two words, the beginning of a word or a phrase; words as pages use them."""
    with tempfile.TemporaryDirectory(prefix="cairn-search-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "CAIRN_DATA_DIR": os.environ.get("CAIRN_BENCH_DATA_DIR", folder),
            "CAIRN_SECRET_KEY": "only-for-benches",
        }
        os.environ.pop("DATABASE_URL", None)
        if "CAIRN_BENCH_DATA_DIR" not in os.environ:
            make_pages()
        times_ms = sorted(measured())
    yield Figure("search.5000_p95_ms", times_ms[round(len(times_ms) * 0.95) - 1], "ms", most=50)
    yield Figure("search.5000_median_ms", statistics.median(times_ms), "ms")


def make_pages() -> None:
    for arguments in (
        ["migrate", "--verbosity=0"],
        ["seed", "--documents", str(PAGES), "--handbook", HANDBOOK],
    ):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def measured() -> Iterator[float]:
    import django

    django.setup()
    from django.test import Client

    from apps.documents.models import Body

    texts = list(Body.objects.order_by("pk").values_list("plain", flat=True)[:500])
    client = Client(headers={"host": "127.0.0.1"})
    chosen = queries(texts)
    for query in chosen[:20]:
        client.get(f"/{HANDBOOK}/-/search/", {"q": query})
    for query in chosen:
        began = time.perf_counter()
        answer = client.get(f"/{HANDBOOK}/-/search/", {"q": query})
        took_ms = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{query!r}: {answer.status_code}")
        yield took_ms


def queries(texts: list[str]) -> list[str]:
    dice = random.Random(2)
    words = Counter(word for text in texts for word in set(re.findall(r"[a-z]{3,}", text.lower())))
    known = list(words)
    kinds = (
        lambda: dice.choice(known),
        lambda: f"{dice.choice(known)} {dice.choice(known)}",
        lambda: (
            dice.choice(known)[: dice.randint(2, 4)] if dice.random() < 0.5 else f'"{phrase(dice, texts)}"'
        ),
    )
    return [dice.choice(kinds)() for _ in range(QUERIES)]


def phrase(dice: random.Random, texts: list[str]) -> str:
    words = dice.choice(texts).split()
    at = dice.randrange(max(1, len(words) - 3))
    return " ".join(words[at : at + 3]).replace('"', "")
