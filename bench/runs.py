"""A run of 300 items, and one tick in it: how long, how many statements, what it drops."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

from bench.data import own_database
from bench.registry import Figure, bench

ITEMS, TICKS, TIMES = 300, 100, 15
OTHER_RUNS = 50


def started(pages: int, items: int) -> tuple[Any, list[Any]]:
    """Somebody who belongs to a handbook, and a run of each of its `pages` checklists."""
    from apps.accounts.actions import create_person
    from apps.accounts.people import Actor
    from apps.documents.actions.documents import create_document
    from apps.documents.actions.handbooks import open_handbook
    from apps.documents.actions.runs import start_run
    from apps.documents.models import Document

    actor = Actor(create_person(email="anna@example.org", name="Anna", password=None).pk)
    book = open_handbook(actor, slug="bench", title="Bench", is_public=False)
    home = Document.objects.get(handbook=book)
    parts = [range(first, min(first + 10, items)) for first in range(0, items, 10)]
    steps = "\n\n".join(
        f"## Part {part.start}\n\n"
        + "\n".join(f"- [ ] Step {n} of *many*, see [[Page {n % 7}]]" for n in part)
        for part in parts
    )
    runs = []
    for number in range(pages):
        page = create_document(
            actor, book.pk, parent_id=home.pk, title=f"Page {number}", source=steps, publish=True
        )
        runs.append(start_run(actor, page.pk, assignee_ids=[actor.id] if actor.id else []))
    return actor, runs


def client_of(person_id: UUID | None) -> Any:
    from django.test import Client

    from apps.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(pk=person_id or ""))
    return client


def median_ms(act: Callable[[], object]) -> float:
    spent = []
    for _ in range(TIMES):
        began = time.perf_counter()
        act()
        spent.append(1000 * (time.perf_counter() - began))
    return statistics.median(spent)


@bench("run.300_items_ms", "run.300_items_queries")
def long_run() -> Iterator[Figure]:
    """The slower of the record and the page to work on it, each rendered anew; every other item is done."""
    with own_database():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from apps.documents.actions.run_items import note_run_item, tick_run_item

        actor, (run,) = started(1, ITEMS)
        for item in run.items[::2]:
            tick_run_item(actor, run.pk, item["id"])
        for item in run.items[::10]:
            note_run_item(actor, run.pk, item["id"], text="Took a little longer than usual.")
        client, queries, spent = client_of(actor.id), 0, 0.0
        for side in ("", "ticks/"):
            read = partial(client.get, f"/bench/-/runs/{run.pk}/{side}")
            with CaptureQueriesContext(connection) as captured:
                assert read().status_code == 200
            queries, spent = max(queries, len(captured)), max(spent, median_ms(read))
    yield Figure("run.300_items_ms", spent, "ms", "uncached", most=150)
    yield Figure("run.300_items_queries", queries, "statements", most=12)


@bench("run.tick_ms")
def tick() -> Iterator[Figure]:
    with own_database():
        from apps.documents.actions.run_items import tick_run_item

        actor, (run,) = started(1, ITEMS)
        spent = []
        for item in run.items[:TICKS]:
            began = time.perf_counter()
            tick_run_item(actor, run.pk, item["id"])
            spent.append(1000 * (time.perf_counter() - began))
    yield Figure("run.tick_ms", statistics.median(spent), "ms", f"a run of {ITEMS} items, SQLite", most=15)


@bench("run.tick_dropped_entries")
def dropped() -> Iterator[Figure]:
    """Entries that a tick makes old, among the pages, records and lists of OTHER_RUNS checklists beside
    it. They are so many that the handbook's own list begins without the oldest."""
    with own_database():
        from apps.caching.entries import Entry
        from apps.caching.marks import State
        from apps.caching.process import hearing, index
        from apps.caching.reads import reading
        from apps.documents.actions.run_items import tick_run_item
        from apps.documents.views import reading as shared
        from apps.documents.views import runs as lists
        from apps.rendering.books import book_of

        actor, (run, *others) = started(1 + OTHER_RUNS, 5)
        book = book_of(run.handbook_id)
        assert book is not None
        kept: dict[str, Entry] = {}

        def keep(name: str, make: Callable[[], object]) -> None:
            with reading(hearing) as reads:
                make()
            kept[name] = Entry(
                None,
                0,
                dict(reads.stamps),
                reads.tags(),
                made_at=0.0,
                fresh_for_s=1e9,
            )

        for number, each in enumerate((run, *others)):
            keep(f"record {number}", partial(lists.run.function, book, each.pk))
            keep(f"list {number}", partial(lists.runs.function, book, each.document_id))
            keep(f"page {number}", partial(shared.document.function, book, f"page-{number}/"))
        keep("list", partial(lists.runs.function, book))
        keep("finished", partial(lists.runs.function, book, state="finished"))
        tick_run_item(actor, run.pk, run.items[0]["id"])
        hearing.refresh(run.handbook_id)
        old = [name for name, entry in kept.items() if entry.state(index, 0.0) is not State.FRESH]
    assert set(old) <= {"record 0", "list 0", "list"}, old
    yield Figure("run.tick_dropped_entries", len(old), "entries", f"its record and its lists; of {len(kept)}")
