"""Four servers of one site over a real Redis Cluster, and an editor in a process that serves nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from tests.services.redis_cluster import RedisCluster
from tests.services.site import ROOT, Site
from tests.services.sites import Sites, server_beside

PROCESSES = 4
HEARD_S = 1.0  # the longest that a process may take to hear of a write
PATIENCE_S = 60
MADE_AT_ONCE = 5  # handbooks: each making is a process
MAKE = """
import json
from uuid import uuid4
from apps.accounts.actions import create_person
from apps.accounts.people import Actor
from apps.documents.actions.documents import create_document
from apps.documents.actions.handbooks import open_handbook
from apps.documents.models import Document
ada = Actor(create_person(email=f"{{uuid4().hex}}@example.org", name="Ada", password=None).pk)
made = []
for _ in range({count}):
    hut = open_handbook(ada, slug=f"hut-{{uuid4().hex[:8]}}", title="Hut", is_public=True)
    home = Document.objects.get(handbook_id=hut.pk, parent=None)
    page = create_document(
        ada, hut.pk, parent_id=home.pk, title="Water", source="Number 0 it is.", publish=True
    )
    made.append([str(hut.pk), f"/{{hut.slug}}/{{page.path}}/", str(page.pk)])
print(json.dumps(made))
"""


@dataclass(frozen=True)
class Book:
    """A handbook with a page that shows a number."""

    id: str
    address: str
    document: str


def made(site: Site, count: int = 1) -> list[Book]:
    return [Book(*each) for each in json.loads(site.python(MAKE.format(count=count)))]


class Editor:
    """Writes from a process that serves nothing."""

    def __init__(self, site: Site) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.editing"],
            cwd=ROOT, env=site.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._told("ready")

    def write(self, document: str, number: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{document} {number}\n")
        self.process.stdin.flush()
        self._told("saved")

    def close(self) -> None:
        self.process.communicate(timeout=PATIENCE_S)

    def _told(self, word: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == f"{word}\n"


@dataclass(frozen=True)
class Running:
    """What is started once; each test has a handbook of its own."""

    sites: list[Site]
    editor: Editor
    spare: list[Book] = field(default_factory=list)

    def servers(self) -> Servers:
        if not self.spare:
            self.spare.extend(made(self.sites[0], MADE_AT_ONCE))
        return Servers(self.sites, self.editor, self.spare.pop())


@dataclass(frozen=True)
class Servers:
    """They answer as one: whatever the page says, all of them are asked."""

    sites: list[Site]
    editor: Editor
    book: Book

    @property
    def address(self) -> str:
        return self.book.address

    @property
    def handbook(self) -> UUID:
        return UUID(self.book.id)

    def number(self, site: Site) -> int:
        """What the page says; it must be there. Each time by a connection of its own: of a pool, one
        thread may close what another reads from."""
        url = f"{site.url}{self.address}"
        answer = httpx.get(url, timeout=PATIENCE_S, trust_env=False, verify=False)
        assert answer.status_code == 200, answer.text + site.log()
        found = re.search(r"Number (\d+) it is", answer.text)
        assert found is not None
        return int(found[1])

    def numbers(self) -> list[int]:
        return [self.number(site) for site in self.sites]

    def made(self, address: str = "") -> int:
        """How often all of them together have rendered the page."""
        line = rf"cairn\.made: {re.escape(address or self.address)} "
        return sum(len(re.findall(line, site.log())) for site in self.sites)

    def write(self, number: int) -> None:
        """And wait until all have heard; longer than they may take fails."""
        self.editor.write(self.book.document, number)
        until = time.monotonic() + HEARD_S
        for site in self.sites:
            asked_at = time.monotonic()
            while (shown := self.number(site)) != number:
                assert asked_at < until, f"{site.url} still shows {shown}, not {number}"
                asked_at = time.monotonic()


@contextmanager
def running_over(new_site: Sites, redis_nodes: RedisCluster, **env: str) -> Iterator[Running]:
    env = {
        "CAIRN_STORE_REDIS_URLS": ",".join(redis_nodes.urls),
        "CAIRN_CACHING_PROCESSES": str(PROCESSES),
        **env,
    }
    first = new_site(**env)
    sites = [first, *(server_beside(first, number) for number in range(1, PROCESSES))]
    with ExitStack() as stack, ThreadPoolExecutor(PROCESSES) as starting:
        for site in sites:
            stack.callback(site.stop)
        list(starting.map(Site.start, sites))
        editor = Editor(sites[0])
        stack.callback(editor.close)
        yield Running(sites, editor)
