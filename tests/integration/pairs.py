"""Write, then read what was written from another process: the writer is never shown an older page.

Four servers and one process that calls actions and a command, on one database. `pairs(...)` does so many
pairs and returns what went wrong."""

from __future__ import annotations

import http.client
import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.services.site import ROOT, Site

SERVERS = 4
WRITERS = 4  # each with a page of their own, in two handbooks
BY_ACTION, BY_COMMAND = 0.15, 0.05  # of the writes; the others are forms
CSRF = "c" * 32
COOKIE = "cairn-at"
MAKE = """
import json
from django.test import Client
from apps.accounts.models import User
from tests import given
made = []
for number in range({writers}):
    if number % 2 == 0:
        owner = given.person()
        book = given.handbook(owner, f"book-{{number}}", is_public=number % 4 == 0)
        client = Client()
        client.force_login(User.objects.get(pk=owner.id))
    page = given.page(owner, given.home(book.pk), f"Page {{number}}", "begin", publish=True)
    made.append({{"book": book.slug, "document": str(page.pk), "slug": page.slug,
                 "session": client.cookies["sessionid"].value, "owner": str(owner.id)}})
print(json.dumps(made))
"""


@dataclass
class Writer:
    book: str
    document: str
    slug: str
    session: str
    owner: str

    @property
    def address(self) -> str:
        return f"/{self.book}/{self.slug}/"


@dataclass(frozen=True)
class Reply:
    status: int
    cookies: dict[str, str]
    text: str
    said: str


class Server:
    def __init__(self, site: Site) -> None:
        self.site = site

    def ask(
        self, method: str, target: str, cookies: dict[str, str], form: dict[str, str] | None = None
    ) -> Reply:
        said = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers = {"Cookie": said, "Content-Type": "application/x-www-form-urlencoded"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)) as connection:
            connection.request(method, target, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        given = [value.partition(";")[0].partition("=") for value in answer.headers.get_all("set-cookie", [])]
        cookies = {name: value for name, _, value in given}
        return Reply(answer.status, cookies, text, answer.headers.get("server-timing", ""))


@dataclass
class Acting:
    """A process that writes when it is told, and tells how far that came."""

    process: subprocess.Popen[str]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def do(self, action: str, **values: str) -> dict[str, str]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.lock:
            self.process.stdin.write(json.dumps({"action": action, **values}) + "\n")
            self.process.stdin.flush()
            told: dict[str, str] = json.loads(self.process.stdout.readline())
            return told


@dataclass
class Place:
    """What the pairs happen in."""

    site: Site
    servers: list[Server]
    acting: Acting


@contextmanager
def place(site: Site, **env: str) -> Iterator[Place]:
    """Starts the servers on the database of a site that is migrated and not started, with more settings."""
    with ExitStack() as stack:
        url = site.env["DATABASE_URL"]
        env = {"CAIRN_CACHING_PROCESSES": str(SERVERS), **env}
        sites = [Site(site.folder, database_url=url, env=env) for _ in range(SERVERS)]
        with ThreadPoolExecutor(SERVERS) as starting:
            for each in sites:
                stack.callback(each.stop)
            list(starting.map(Site.start, sites))
        command = [sys.executable, "-m", "tests.integration.acting"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=site.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        stack.enter_context(process)  # waits for it
        stack.callback(process.kill)
        yield Place(site, [Server(each) for each in sites], Acting(process))


def pairs(at: Place, count: int, chance: random.Random) -> list[str]:
    """What went wrong in so many pairs."""
    writers = [Writer(**each) for each in json.loads(at.site.python(MAKE.format(writers=WRITERS)))]
    seeds = [chance.randrange(10**9) for _ in writers]

    def of_one(writer: Writer, seed: int) -> list[str]:
        own = random.Random(seed)
        found = []
        for number in range(count // WRITERS):
            found += _pair(at, writer, f"text-{seed}-{number}-end", own)
        return found

    with ThreadPoolExecutor(WRITERS) as running:
        return [each for found in running.map(of_one, writers, seeds) for each in found]


def _pair(at: Place, writer: Writer, text: str, chance: random.Random) -> list[str]:
    where, elsewhere = chance.sample(at.servers, 2)
    session = {"sessionid": writer.session}
    luck = chance.random()
    if luck < BY_ACTION + BY_COMMAND:
        action = "save" if luck < BY_ACTION else "import"
        done = at.acting.do(action, document=writer.document, owner=writer.owner, source=text)
        position = done["position"]
    else:
        form = {"title": f"Page {writer.slug[-1]}", "source": text, "csrfmiddlewaretoken": CSRF}
        form["base_revision"] = at.acting.do("revision", document=writer.document)["revision"]
        target = f"/{writer.book}/-/edit/{writer.document}/"
        written = where.ask("POST", target, {**session, "csrftoken": CSRF}, form)
        if written.status != 302 or COOKIE not in written.cookies:
            return [f"{text}: the form was answered {written.status} with {[*written.cookies]}"]
        position = written.cookies[COOKIE]
    read = elsewhere.ask("GET", writer.address, {**session, COOKIE: position})
    return [] if text in read.text else [f"{text}: {read.status} {read.said} does not show it"]
