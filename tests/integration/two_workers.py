"""Two server processes on one database: what one writes, the other has heard within the bound."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from tests.services.site import Site

HEARD_S: Final = 1.0  # the one bound: at most so long after the commit, even when cut off
CSRF: Final = "c" * 32
MAKE: Final = """
import json
from io import StringIO
from django.core.management import call_command
from django.test import Client
from apps.accounts.models import User
from apps.accounts.people import SYSTEM
from apps.documents.models import Document
from apps.tenants.actions import add_member
from tests import given
quiet = {{"stdout": StringIO(), "stderr": StringIO()}}
call_command("import_handbook", {folder!r}, "--handbook=hut", "--public", **quiet)
radio = Document.objects.get(path="radio")
owner = User.objects.get(pk=given.person("olga@example.org").id)
add_member(SYSTEM, radio.handbook_id, email=owner.email, role="owner")
client = Client()
client.force_login(owner)
print(json.dumps({{"session": client.cookies["sessionid"].value, "radio": str(radio.pk)}}))
"""
REVISION: Final = """
from apps.documents.models import Document
print(Document.objects.get(pk="{radio}").revision_id)
"""


@dataclass(frozen=True)
class Reply:
    said: str
    text: str


class Workers:
    """`site` is read from; a second process on its database writes."""

    def __init__(self, site: Site) -> None:
        self.site = site
        database_url = site.env["DATABASE_URL"]
        self.other = Site(site.folder, database_url=database_url, env=site.env)
        self.folder = site.folder / "pages"

    def __enter__(self) -> Self:
        self.folder.mkdir()
        for title in ("Hut", "Radio", "Stove"):
            self.brings(title, "Old text.")
        self.made = json.loads(self.site.python(MAKE.format(folder=str(self.folder))))
        self.site.start()
        self.other.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.other.stop()
        self.site.stop()

    def get(self, path: str) -> Reply:
        with urllib.request.urlopen(self.site.url + path, timeout=30) as answer:
            timing = answer.headers.get("server-timing", "")
            return Reply(timing.partition('desc="')[2].partition('"')[0], answer.read().decode())

    def warm(self, path: str) -> None:
        until = time.monotonic() + 30
        while self.get(path).said != "hit":
            assert time.monotonic() < until, f"{path} is never kept"

    def brings(self, title: str, text: str) -> None:
        name = "index" if title == "Hut" else title.lower()
        (self.folder / f"{name}.md").write_text(f"# {title}\n\n{text}\n")

    def save_by_command(self, text: str) -> None:
        self.brings("Radio", text)
        self.site.manage("import_handbook", str(self.folder), "--handbook=hut")
        self.committed_at = time.monotonic()

    def save_by_form(self, text: str) -> None:
        base = self.site.python(REVISION.format(**self.made)).strip()
        values = {"title": "Radio", "source": text, "message": "", "base_revision": base}
        values["csrfmiddlewaretoken"] = CSRF
        request = urllib.request.Request(
            f"{self.other.url}/hut/-/edit/{self.made['radio']}/",
            data=urllib.parse.urlencode(values).encode(),
            headers={"cookie": f"csrftoken={CSRF}; sessionid={self.made['session']}"},
        )
        urllib.request.urlopen(request, timeout=30).close()
        self.committed_at = time.monotonic()

    def read_when_heard(self, path: str, text: str) -> Reply:
        """The first answer with the text; else the first that was asked for HEARD_S after the write."""
        while True:
            asked_at = time.monotonic()
            reply = self.get(path)
            if text in reply.text or asked_at - self.committed_at > HEARD_S:
                return reply
