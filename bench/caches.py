"""How soon a write is heard, what an event costs, how much is hit."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import uuid4

import django

from bench.data import own_database
from bench.pages import SETTINGS, SLUG, furnish
from bench.registry import Figure, bench
from tests.services.redis_cluster import redis_cluster

ROOT = Path(__file__).resolve().parents[1]
PROCESSES, WRITES = 4, 200
ENTRIES = 100_000
READS, PAGES, SECTIONS, WRITE_EVERY = 20_000, 400, 20, 200
FIRST_MINUTE = 2_000  # reads, of a site that has 33 a second

LISTENER = """
import json, sys, time
import project.asgi as site
site.application._start()
from apps.events import following
def note(event):
    print(json.dumps([str(event.stream_id), event.position, time.monotonic_ns()]), flush=True)
following._running[0].listeners.append(note)
print("ready", flush=True)
sys.stdin.read()
following.stop()
"""


@bench("fresh.4_processes_p50_ms", "fresh.4_processes_p99_ms")
def heard_by_all() -> Iterator[Figure]:
    """From the commit's return to the moment the last of four processes has the event in its index."""
    with own_database():
        furnish()
        from apps.accounts.people import SYSTEM
        from apps.tenants.actions import change_handbook
        from apps.tenants.models import Handbook

        book = Handbook.objects.get(slug=SLUG)
        env = {**os.environ, **SETTINGS, "DJANGO_SETTINGS_MODULE": "project.settings"}
        listeners = [
            subprocess.Popen(
                [sys.executable, "-c", LISTENER], cwd=ROOT, env=env, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )
            for _ in range(PROCESSES)
        ]  # fmt: skip
        try:
            for each in listeners:
                assert each.stdout is not None
                while each.stdout.readline().strip() != "ready":
                    pass
            time.sleep(1)
            waits = []
            for number in range(WRITES):
                change_handbook(SYSTEM, book.pk, title=f"Bench {number}")
                committed = time.monotonic_ns()
                told = [json.loads(each.stdout.readline()) for each in listeners if each.stdout]
                waits.append(max(0.0, (max(at for _, _, at in told) - committed) / 1e6))
                time.sleep(random.Random(number).random() * 0.02)  # not in step with their polling
        finally:
            for each in listeners:
                each.communicate("", timeout=30)
    waits.sort()
    yield Figure("fresh.4_processes_p50_ms", statistics.median(waits), "ms", most=20)
    yield Figure("fresh.4_processes_p99_ms", waits[int(len(waits) * 0.99) - 1], "ms", most=100)


@bench("tags.event_100k_ms")
def event_of_a_common_tag() -> Iterator[Figure]:
    """Entries register nothing, so an event costs the same whatever depends on it."""
    os.environ |= SETTINGS
    django.setup()
    from apps.caching.entries import Entry
    from apps.caching.index import TagIndex
    from apps.caching.marks import State, marks_of
    from apps.caching.memory import Memory
    from apps.events.follower import Cursor
    from apps.events.touches import Touch

    stream, log = uuid4(), uuid4()
    index, memory = TagIndex(), Memory(2_000_000_000)
    index.contact(stream, Cursor(log, 0))
    tags = {stream: frozenset({"document[id=1].title"})}
    for number in range(ENTRIES):
        entry = Entry(b"x", 1, {stream: Cursor(log, 0)}, tags, 0.0, None)
        memory.put(stream, number, entry)
    times = []
    for position in range(1, 102):
        began = time.perf_counter()
        marks = marks_of([Touch("document", "~", ("title",), "1")], {})
        index.advance(stream, Cursor(log, position), marks)
        times.append((time.perf_counter() - began) * 1000)
    entry_now = memory.get(stream, 0)
    if entry_now is None or entry_now.state(index, 0.0) is not State.CHANGED:
        raise RuntimeError("the event was not heard")
    yield Figure("tags.event_100k_ms", statistics.median(times), "ms", most=5)


SITE = """
import asyncio, json, random, sys
import project.asgi as site
plan = json.loads(sys.argv[1])
async def ask(path, query=b""):
    sent = []
    async def send(message): sent.append(message)
    async def receive(): return {"type": "http.request", "body": b"", "more_body": False}
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "scheme": "http",
             "root_path": "", "headers": [(b"host", b"127.0.0.1"), (b"accept-encoding", b"br")]}
    await site.edge(scope, receive, send)
    head = dict(sent[0]["headers"])
    return sent[0]["status"], head.get(b"server-timing", b"").decode()
"""


def run_inside(code: str, plan: dict[str, object]) -> dict[str, float]:
    """Code in a process of its own that has the whole site in it; what it printed last."""
    env = {**os.environ, **SETTINGS}
    done = subprocess.run(
        [sys.executable, "-c", SITE + code, json.dumps(plan)],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    told: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


DAY: Final = """
from asgiref.sync import sync_to_async
def pages():
    from apps.documents.models import Document
    rows = Document.objects.filter(title__startswith="Page ").order_by("pk").values_list("pk", "path")
    return [list(row) for row in rows]
def write(page, renames):
    from apps.accounts.people import SYSTEM
    from apps.documents.actions.saving import save_document
    from apps.documents.models import Document
    row = Document.objects.get(pk=page[0])
    title = f"{row.title}, again" if renames else row.title  # the pages beside it show its title too
    text = f"Text of revision {row.revision_id}."
    saved = save_document(SYSTEM, row.pk, title=title, source=text, base_revision_id=row.revision_id)
    page[1] = saved.path
async def main():
    site.application._start()
    await asyncio.sleep(0.5)
    dice = random.Random(7)
    weights = [1 / (rank + 1) for rank in range(plan["pages"])]
    known = await sync_to_async(pages)()
    hits = count = writes = 0
    for n in range(plan["reads"]):
        page = dice.choices(known, weights)[0]
        status, said = await ask(f"/{plan['slug']}/{page[1]}/")
        assert status == 200, (status, page)
        count += 1
        hits += any(f'desc="{word}"' in said for word in ("hit", "shared", "expired"))
        if plan["write_every"] and n % plan["write_every"] == plan["write_every"] - 1:
            writes += 1
            await sync_to_async(write)(dice.choices(known, weights)[0], writes % 10 == 0)
    print(json.dumps({"rate": hits / count}))
    from apps.events import following; following.stop()
asyncio.run(main())
"""


@bench("pages.hit_rate", "pages.hit_rate_after_restart")
def hit_rate() -> Iterator[Figure]:
    """A day of reads, few pages read by many and many by few (Zipf), one write in 200, every tenth of them
    with another title, which moves the page and is shown by those beside it; then the first minute of a
    process that is new, beside a Redis Cluster that is as it was."""
    with own_database(), redis_cluster() as nodes:
        furnish(pages=PAGES, sections=SECTIONS)
        os.environ["CAIRN_STORE_REDIS_URLS"] = ",".join(nodes.urls)
        plan = {"slug": SLUG, "pages": PAGES, "reads": READS, "write_every": WRITE_EVERY}
        day = run_inside(DAY, plan)
        minute = run_inside(DAY, {**plan, "reads": FIRST_MINUTE})
        del os.environ["CAIRN_STORE_REDIS_URLS"]
    yield Figure("pages.hit_rate", 100 * day["rate"], "%", least=95)
    yield Figure("pages.hit_rate_after_restart", 100 * minute["rate"], "%", least=95)
