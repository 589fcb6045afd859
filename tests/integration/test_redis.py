"""Two servers of one site over a real Redis Cluster: what one made the other need not make, nobody sees an
old page, and whatever happens to Redis, no page fails."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from uuid import UUID

import httpx
import pytest

from apps.caching.shared_index import index_key
from tests.services.postgresql import free_port
from tests.services.redis_cluster import RedisCluster
from tests.services.site import ROOT, Site
from tests.services.sites import Sites

HEARD_S = 1.0  # the longest that a process may take to hear of a write
PATIENCE_S = 60
MAKE = """
import json
from uuid import uuid4
from apps.accounts.actions import create_person
from apps.accounts.people import Actor
from apps.documents.actions.documents import create_document
from apps.documents.actions.handbooks import open_handbook
from apps.documents.models import Document
ada = Actor(create_person(email=f"{uuid4().hex}@example.org", name="Ada", password=None).pk)
hut = open_handbook(ada, slug=f"hut-{uuid4().hex[:8]}", title="Hut", is_public=True)
home = Document.objects.get(handbook_id=hut.pk, parent=None)
page = create_document(ada, hut.pk, parent_id=home.pk, title="Water", source="Number 0 it is.", publish=True)
print(json.dumps([str(hut.pk), f"/{hut.slug}/{page.path}/", str(page.pk)]))
"""


class Editor:
    """Writes from a process that serves nothing."""

    def __init__(self, site: Site, document: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.editing", document],
            cwd=ROOT, env=site.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._told("ready")

    def write(self, number: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()
        self._told("saved")

    def close(self) -> None:
        self.process.communicate(timeout=PATIENCE_S)

    def _told(self, word: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == f"{word}\n"


class Pair:
    def __init__(self, one: Site, two: Site) -> None:
        self.one, self.two = one, two
        handbook, self.address, document = json.loads(one.python(MAKE))
        self.handbook = UUID(handbook)
        self.editor = Editor(one, document)

    def number(self, site: Site) -> int:
        """What the page says; it must be there. Each time by a connection of its own: of a pool, one
        thread may close what another reads from."""
        url = f"{site.url}{self.address}"
        answer = httpx.get(url, timeout=PATIENCE_S, trust_env=False, verify=False)
        assert answer.status_code == 200, answer.text + site.log()
        found = re.search(r"Number (\d+) it is", answer.text)
        assert found is not None
        return int(found[1])

    def made(self, site: Site) -> int:
        """How often this process rendered the page."""
        return len(re.findall(rf"cairn\.made: {re.escape(self.address)} ", site.log()))

    def write(self, number: int) -> None:
        """And wait until both have heard; longer than they may take fails."""
        self.editor.write(number)
        until = time.monotonic() + HEARD_S
        for site in (self.one, self.two):
            while (shown := self.number(site)) != number:
                assert time.monotonic() < until, f"{site.url} still shows {shown}, not {number}"

    def close(self) -> None:
        self.editor.close()


@contextmanager
def two_servers(new_site: Sites, redis_nodes: RedisCluster, **env: str) -> Iterator[tuple[Site, Site]]:
    one = new_site(CAIRN_STORE_REDIS_URLS=",".join(redis_nodes.urls), **env)
    folder = one.folder.with_name(f"{one.folder.name}-beside")
    folder.mkdir()
    two = Site(
        folder, database_url=one.env["DATABASE_URL"], env=one.env | {"CAIRN_DATA_DIR": str(one.folder)}
    )
    with one, two:
        yield one, two


@pytest.fixture(scope="module")
def servers(new_site: Sites, redis_nodes: RedisCluster) -> Iterator[tuple[Site, Site]]:
    with two_servers(new_site, redis_nodes) as started:
        yield started


@pytest.fixture(scope="module")
def patient_servers(new_site: Sites, redis_nodes: RedisCluster) -> Iterator[tuple[Site, Site]]:
    """On a busy machine, too, they go on without Redis only where it is gone."""
    with two_servers(new_site, redis_nodes, CAIRN_STORE_REDIS_TIMEOUT_MS="20000") as started:
        yield started


@pytest.fixture
def pair(servers: tuple[Site, Site]) -> Iterator[Pair]:
    pair = Pair(*servers)
    yield pair
    pair.close()


@pytest.fixture
def patient(patient_servers: tuple[Site, Site]) -> Iterator[Pair]:
    pair = Pair(*patient_servers)
    yield pair
    pair.close()


def test_what_one_server_made_the_other_does_not_make_again(patient: Pair):
    assert [patient.number(patient.one), patient.number(patient.two)] == [0, 0]
    assert [patient.made(patient.one), patient.made(patient.two)] == [1, 0]


def test_a_server_that_starts_again_finds_what_it_had(patient: Pair):
    patient.write(1)
    before = patient.made(patient.one) + patient.made(patient.two)
    for site in (patient.one, patient.two):
        site.stop()
        site.start()
    assert [patient.number(patient.one), patient.number(patient.two)] == [1, 1]
    assert patient.made(patient.one) + patient.made(patient.two) == before


def test_each_write_is_made_once_for_both(patient: Pair):
    for number in range(1, 11):
        patient.write(number)
    made = patient.made(patient.one) + patient.made(patient.two)
    assert 10 <= made <= 12  # one that was made while it was written is made once more


def test_a_storm_of_readers_on_both_makes_it_once(patient: Pair):
    with ThreadPoolExecutor(20) as readers:
        shown = list(readers.map(patient.number, [patient.one, patient.two] * 100))
    assert set(shown) == {0}
    assert patient.made(patient.one) + patient.made(patient.two) == 1


def read_while(pair: Pair, readers: ThreadPoolExecutor) -> tuple[Event, list]:
    """Readers of both until told to stop; each tells the numbers it saw. A page that fails, fails there."""
    stop = Event()

    def read(site: Site) -> list[int]:
        seen = []
        while not stop.is_set():
            seen.append(pair.number(site))
        return seen

    return stop, [readers.submit(read, site) for site in (pair.one, pair.two)]


def test_redis_flushed_again_and_again_shows_no_old_page(pair: Pair, redis_nodes: RedisCluster):
    with ThreadPoolExecutor(2) as readers:
        stop, reading = read_while(pair, readers)
        try:
            for number in range(1, 21):
                redis_nodes.flush()
                pair.write(number)
        finally:
            stop.set()
    for seen in reading:
        assert seen.result() == sorted(seen.result())


def test_a_master_killed_with_its_replica_held_back_fails_no_page_and_shows_no_old_one(
    pair: Pair, redis_nodes: RedisCluster
):
    pair.write(1)
    master, replica = redis_nodes.master_of(index_key(pair.handbook))
    with ThreadPoolExecutor(2) as readers:
        stop, reading = read_while(pair, readers)
        try:
            replica.hold()
            master.kill()
            for number in range(2, 12):
                pair.write(number)
            replica.release()
            for number in range(12, 32):
                pair.write(number)
        finally:
            stop.set()
            redis_nodes.heal()
    for seen in reading:
        assert seen.result() == sorted(seen.result())
    pair.write(32)
    assert "going on without it" in pair.one.log() + pair.two.log()


def test_a_replica_that_takes_over_late_shows_no_old_page(pair: Pair, redis_nodes: RedisCluster):
    pair.write(1)
    master, replica = redis_nodes.master_of(index_key(pair.handbook))
    replica.hold()
    try:
        for number in range(2, 6):
            pair.write(number)
        master.kill()
        replica.release()
        for number in range(6, 20):
            pair.write(number)
    finally:
        redis_nodes.heal()
    assert [pair.number(pair.one), pair.number(pair.two)] == [19, 19]


def test_a_site_whose_redis_is_gone_starts_and_says_so(new_site: Sites):
    site = new_site(CAIRN_STORE_REDIS_URLS=f"redis://u:secret@127.0.0.1:{free_port()}")
    with site:
        address = json.loads(site.python(MAKE))[1]
        assert httpx.get(f"{site.url}{address}").status_code == 200
    assert "slower, until it answers" in site.log()
    assert "secret" not in site.log()


def test_one_that_requires_it_does_not_start(new_site: Sites):
    url = f"redis://127.0.0.1:{free_port()}"
    site = new_site(CAIRN_STORE_REDIS_URLS=url, CAIRN_STORE_REDIS_REQUIRED="yes")
    with pytest.raises(RuntimeError, match="no Redis Cluster answers there"):
        site.start()
