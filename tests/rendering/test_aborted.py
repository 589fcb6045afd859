"""Requests that are given up at any point leave nothing behind: no task, no fill, no connection, no reply
for somebody else."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from apps.caching.conf import conf
from apps.caching.hearing import DatabaseLog
from apps.caching.marks import presence_of_models
from apps.caching.process import absent, fills, hearing, memory, threads
from apps.caching.replay import Replay
from apps.caching.shared import Shared
from apps.caching.shared_index import SharedIndex
from apps.rendering.gates import gates
from apps.rendering.shelf import BodyCodec
from apps.store.client import Store
from tests import given
from tests.rendering.asking import HOST, Asker, scope_of, session_of
from tests.rendering.wire import plain
from tests.services.redis_cluster import RedisCluster
from tests.services.visitor import until

REQUESTS, REQUESTS_SHARED = 8_000, 2_000
LEASE_S = 600.0  # one that is left behind is there until somebody looks
AT_ONCE = 20
STEPS_MAX = 60  # of the event loop, after which a request is given up
TO_DJANGO = 0.02
FORGOTTEN, FORGOTTEN_SHARED = 0.02, 0.2  # how often memory is emptied before a request
SOCKETS = 400


def seeded() -> random.Random:
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**9))
    print(f"SEED={seed}")
    return random.Random(seed)


def open_connections() -> int:
    """Of this process to the test database."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND query NOT LIKE 'LISTEN%'"
            )
            return cursor.fetchone()[0]
    # SQLite itself keeps files open that it has closed while another connection has locks on them.
    gc.collect()
    return sum(isinstance(each, sqlite3.Connection) for each in gc.get_objects())


@pytest.fixture
def shared(ask: Asker, redis_nodes: RedisCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    """The pages of this process are shared with others: there are leases to be left behind."""
    store = Store(redis_nodes.urls, timeout_s=10)
    shared_index = SharedIndex(store)
    shared = Shared(
        store, shared_index, Replay(shared_index, DatabaseLog(), presence_of_models), hearing, threads,
        BodyCodec(), kind="page", digest="aborted", clock=time.monotonic, lease_s=LEASE_S,
    )  # fmt: skip
    monkeypatch.setattr(ask.app._keeper, "_shared", shared)
    yield shared
    ask.settle()
    store.close()


def of_redis(nodes: RedisCluster, *words: str) -> list[Any]:
    """What each master says."""
    return [node.call(*words) for node in nodes.nodes if node.call("ROLE")[0] == "master"]


@pytest.mark.django_db(transaction=True)
def test_requests_aborted_at_random_points_leave_nothing_behind(ask: Asker):
    leaves_nothing_behind(ask, REQUESTS, lambda chance: chance.random() < FORGOTTEN and forget_some(chance))


@pytest.mark.django_db(transaction=True)
def test_nor_do_they_where_processes_share_what_they_make(
    ask: Asker, shared: Shared, redis_nodes: RedisCluster
):
    def forget(chance: random.Random) -> None:
        if chance.random() < FORGOTTEN_SHARED:
            forget_some(chance)
        if chance.random() < FORGOTTEN:
            redis_nodes.flush()

    leaves_nothing_behind(ask, REQUESTS_SHARED, forget)
    until(
        lambda: of_redis(redis_nodes, "KEYS", "*:lease:aborted:*"), lambda found: not any(found), "no lease"
    )
    assert shared.counts["kept"] > REQUESTS_SHARED / 50


def forget_some(chance: random.Random) -> None:
    chance.choice((memory, absent, gates)).clear()


def leaves_nothing_behind(ask: Asker, requests: int, forget: Callable[[random.Random], object]) -> None:
    """After so many requests; `forget` is called before each."""
    chance = seeded()
    owner = given.person()
    texts: dict[str, str] = {}
    for number in range(4):
        book = given.handbook(owner, f"book-{number}", is_public=number % 2 == 0)
        for page in range(3):
            text = f"marker-{number}-{page}-end"
            given.page(owner, given.home(book.pk), f"Page {page}", text, publish=True)
            texts[f"/book-{number}/page-{page}/"] = text
    cookie = f"sessionid={session_of(owner)['sessionid']}"
    beside = open_connections()  # of the follower, this thread, and of tests before
    ask.warm(next(iter(texts)))
    lasting = ask.runner.run(_others())  # what a process does all the time
    completed = ask.runner.run(_storm(ask, chance, cookie, texts, requests, forget))
    ask.settle()
    assert completed > requests / 20
    assert fills.running() == 0
    assert [task for task in ask.runner.run(_others()) if task not in lasting] == []
    # The threads beside the requests hold one only while they work, which is now and then.
    lasting_connections = beside + conf.reader_threads
    until(open_connections, lambda count: count <= lasting_connections, "connections to be given back")
    for target, text in texts.items():
        for said in (None, "hit"):
            reply = ask.get(target, cookie=cookie)
            ask.settle()
            assert (reply.status, text in reply.text) == (200, True)
            assert said in (None, reply.said)


async def _others() -> list[asyncio.Task[object]]:
    return [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def _storm(
    ask: Asker,
    chance: random.Random,
    cookie: str,
    texts: dict[str, str],
    requests: int,
    forget: Callable[[random.Random], object],
) -> int:
    """How many were answered before they were given up."""
    completed, targets = 0, [*texts]

    async def one() -> None:
        nonlocal completed
        target = chance.choice(targets)
        to_django = chance.random() < TO_DJANGO
        asked = "/-/account/" if to_django else target
        headers = [(b"host", HOST.encode()), (b"cookie", cookie.encode())]
        forget(chance)
        left = asyncio.Event()
        task = asyncio.create_task(ask.answer(scope_of("GET", asked, headers), left=left))
        for _ in range(chance.randrange(STEPS_MAX)):
            await asyncio.sleep(0)
        if not task.done() and chance.random() < 0.1:
            await asyncio.wait([task], timeout=chance.random() / 100)
        left.set()
        if not to_django:  # it ends by itself what it has begun, and closes its connection
            task.cancel()
        with suppress(asyncio.CancelledError):
            reply = await task
            completed += reply.status != 0
            assert reply.status in ((0, 200) if to_django else (200,))
            assert to_django or texts[target] in reply.text

    left = requests

    async def worker() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await one()

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return completed


@pytest.mark.sqlite_only(reason="Sockets know nothing of databases.")
def test_connections_closed_early_leave_a_site_as_it_was(new_site):
    chance = seeded()
    site = new_site()
    site.manage("import_handbook", "docs/handbook", "--handbook=cairn", "--title=Cairn", "--public")
    with site:
        good = plain(site.port, "/cairn/")
        assert good.status == 200
        request = b"GET /cairn/%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        for number in range(SOCKETS):
            sent = request % chance.choice(
                (b"", b"-/search/?q=%d" % number, b"nothing-%d/" % number, b"-/tree/")
            )
            if chance.random() < 0.3:
                sent = sent[: chance.randrange(1, len(sent))]
            with socket.create_connection(("127.0.0.1", site.port)) as gone:
                gone.sendall(sent)
                if chance.random() < 0.3 and sent.endswith(b"\r\n\r\n"):
                    gone.recv(chance.randrange(1, 4_000))
                if chance.random() < 0.5:
                    gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # reset
        again = plain(site.port, "/cairn/")
        assert (again.status, again.body, again.header("etag")) == (200, good.body, good.header("etag"))
        assert b'"status": "ok"' in plain(site.port, "/-/health/").body
        assert "Traceback" not in site.log()
