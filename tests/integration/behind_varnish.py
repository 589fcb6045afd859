"""A site behind Varnish, with handbooks to write to, and readers of what Varnish has of them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.services.site import Site
from tests.services.sites import Sites
from tests.services.varnish import Varnish
from tests.services.visitor import PASSWORD, cdn, quiet, sign_in, until

EMAIL = "olga@example.org"
WITHIN_S = 1.0

MAKE = """
import json
from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.documents.models import Document
from tests import given
found = User.objects.filter(email={email!r}).first()
olga = Actor(found.pk if found else create_person(email={email!r}, name="Olga", password={password!r}).pk)
def page(home, title):
    return str(given.page(olga, home, title, f"The text of {{title}}.", publish=True).pk)
made = []
for slug in {slugs!r}:
    home = given.home(given.handbook(olga, slug, is_public={public}).pk)
    made.append([slug, page(home, "Water"), page(home, "Stove")])
print(json.dumps(made))
"""
MADE_AT_ONCE = 6  # handbooks: each making is a process


@dataclass(frozen=True)
class Book:
    """A handbook with the pages Water and Stove."""

    slug: str
    water_id: str
    stove_id: str

    @property
    def water(self) -> str:
        return f"/{self.slug}/water/"

    @property
    def stove(self) -> str:
        return f"/{self.slug}/stove/"


@dataclass(frozen=True)
class Stack:
    site: Site
    varnish: Varnish
    spare: dict[bool, list[Book]] = field(default_factory=lambda: {True: [], False: []})

    def book(self, *, public: bool = True) -> Book:
        """One that nobody has had; nothing of its making is still to be purged."""
        spare = self.spare[public]
        if not spare:
            slugs = [f"hut-{uuid4().hex[:8]}" for _ in range(MADE_AT_ONCE)]
            code = MAKE.format(email=EMAIL, password=PASSWORD, slugs=slugs, public=public)
            spare += [Book(*made) for made in json.loads(self.site.python(code))]
        quiet(self.site)
        return spare.pop()


@contextmanager
def started(new_site: Sites, **env: str) -> Iterator[Stack]:
    site = new_site(CAIRN_CACHING_CDN_RESPONSE_S="1", CAIRN_CACHING_CDN_RETRY_CAP_S="1", **env)
    varnish = Varnish(site.port)
    site.env |= varnish.settings | env
    with site, varnish:
        yield Stack(site, varnish)


def enter(olga: httpx.Client) -> None:
    """Once there is a handbook, and Olga with it."""
    sign_in(olga, EMAIL)


def keep(client: httpx.Client, *paths: str, **headers: str) -> httpx.Response:
    """Ask until Varnish has them: a page that is sent while it is made is not kept. The last answer."""
    for path in paths:
        answer = until(
            lambda path=path: client.get(path, headers=headers),
            lambda answer: cdn(answer) == "hit",
            f"{path} to be kept",
        )
    return answer


def seconds_until(client: httpx.Client, path: str, shows: str) -> float:
    began = time.monotonic()
    until(lambda: client.get(path).text, lambda text: shows in text, f"{path} to show {shows!r}")
    return time.monotonic() - began
