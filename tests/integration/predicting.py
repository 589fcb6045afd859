"""A process that says which pages of a handbook a write has changed, by their projections and the log alone.

A script. It makes a handbook and prints its slug, the ids of its pages by title, the addresses of all its
shared pages by name, and a session of its owner. Each line it reads is the addresses of new pages, by name;
it prints the names of those and of all that are no longer as they were at the line before.
"""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from typing import Any

import django

TEXTS = {  # by title; each child's title begins with its parent's
    "Radio": "How to call. See [[water]].",
    "Radio channels": "One to nine.",
    "Water": "From the spring.",
    "Water tank": "Holds a week.",
    "Stove": "Dry wood only.",
}
SEARCHED = ("spring", "wood")


def made() -> dict[str, Any]:
    from django.test import Client

    from apps.accounts.models import User
    from tests import given

    owner = given.person(name="Olga")
    book = given.handbook(owner, is_public=True)
    home = given.home(book.pk)
    pages = {"Guide": home}
    for title, text in TEXTS.items():
        parent = pages.get(title.partition(" ")[0], home)
        pages[title] = given.page(owner, parent, title, text, publish=True)
    client = Client()
    client.force_login(User.objects.get(pk=owner.id))
    here = f"/{book.slug}/"
    addresses = {title: f"{here}{page.path}/" if page.path else here for title, page in pages.items()}
    for part in ("branch", "tree"):
        addresses |= {f"{part} of {title}": f"{here}-/{part}/{page.pk}/" for title, page in pages.items()}
    addresses |= {f"search for {word}": f"{here}-/search/?q={word}" for word in SEARCHED}
    addresses |= {name: f"{here}-/{name}/" for name in ("tree", "changes", "tags")}
    return {
        "slug": book.slug,
        "ids": {title: str(page.pk) for title, page in pages.items()},
        "addresses": addresses,
        "session": client.cookies["sessionid"].value,
    }


def read(address: str) -> object:
    """The page as it is made for everybody."""
    from apps.caching.reads import current_reads
    from apps.rendering.finding import find

    found = asyncio.run(find(*address.partition("?")[::2]))
    reads = current_reads()
    assert found is not None
    assert reads is not None
    reads.watch(found.ref.id)
    return found.page.make(found.ref, found.arguments, dict(found.query))


def predict() -> None:
    from apps.caching.marks import State
    from apps.queries.results import results
    from tests.queries.keeping import Kept

    told = made()
    kept = {name: Kept(partial(read, address)) for name, address in told["addresses"].items()}
    print(json.dumps(told), flush=True)
    for line in sys.stdin:
        reads = {name: partial(read, address) for name, address in json.loads(line).items()}
        reads |= {name: each.read for name, each in kept.items() if each.state() is not State.FRESH}
        print(json.dumps([*reads]), flush=True)
        results.clear()  # nobody here hears what has become of them
        kept |= {name: Kept(each) for name, each in reads.items()}


if __name__ == "__main__":
    django.setup()
    predict()
