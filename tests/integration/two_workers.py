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
from django.test import Client
from apps.accounts.models import User
from tests import given
owner = given.person(name="Olga")
book = given.handbook(owner, "hut", is_public=True)
home = given.home(book.pk)
radio, _stove = (given.page(owner, home, title, "Old text.", publish=True) for title in ("Radio", "Stove"))
client = Client()
client.force_login(User.objects.get(pk=owner.id))
session = client.cookies["sessionid"].value
print(json.dumps({"session": session, "radio": str(radio.pk), "owner": str(owner.id)}))
"""
SAVE: Final = """
from uuid import UUID
from apps.accounts.people import Actor
from apps.documents.actions.saving import save_document
from apps.documents.models import Document
page = Document.objects.get(pk="{radio}")
owner, base = Actor(UUID("{owner}")), page.revision_id
save_document(owner, page.pk, title="Radio", source="{text}", base_revision_id=base)
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
        self.other = Site(site.folder, database_url=database_url, env={"CAIRN_SECRET_KEY": "only-for-tests"})

    def __enter__(self) -> Self:
        self.made = json.loads(self.site.python(MAKE).splitlines()[-1])
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

    def save_by_command(self, text: str) -> None:
        self.site.python(SAVE.format(text=text, **self.made))
        self.committed_at = time.monotonic()

    def save_by_form(self, _path: str, text: str) -> None:
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

    def read_when_heard(self, path: str) -> Reply:
        """Asked until it is no hit of before, HEARD_S at most; a fresh page is left as it is after that."""
        while (reply := self.get(path)).text.find("Written by a") < 0:
            if time.monotonic() - self.committed_at > HEARD_S:
                return reply
        return reply
