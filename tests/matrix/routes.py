"""Every route of the site by its name, and addresses made of a thing's ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from uuid import uuid4

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

UUIDS: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
STAFFS: Final = "-/staff/"  # Django's admin, which is held to one rule for all of it
SLUG_OF: Final = {"console": "slug", "documents": "handbook"}  # what a room calls a handbook's address


@dataclass(frozen=True)
class Route:
    name: str  # with its namespace; of one without a name its pattern
    pattern: str
    takes: tuple[str, ...]

    @property
    def slug(self) -> str:
        """Which part of the address is the handbook's; "" where there is none."""
        name = SLUG_OF.get(self.name.partition(":")[0], "")
        return name if name in self.takes else ""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(name for name in self.takes if name != self.slug)


def routes() -> dict[str, Route]:
    return {route.name: route for route in _below(get_resolver())}


def _below(resolver: URLResolver, before: str = "", room: str = "") -> Iterator[Route]:
    for each in resolver.url_patterns:
        pattern = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield _route(each, pattern, room)
        else:
            yield from _below(each, pattern, each.namespace or room)


def _route(each: URLPattern, pattern: str, room: str) -> Route:
    name = ":".join(filter(None, (room, each.name))) if each.name else pattern
    return Route(name, pattern, tuple(re.findall(r"<(?:\w+:)?(\w+)>", pattern)))


@dataclass(frozen=True)
class Address:
    """Where something is asked for; `named` are the words in it that name what may not exist."""

    path: str
    named: tuple[str, ...]


def address(route: Route, slug: str, thing: dict[str, str], query: str = "", **also: str) -> Address:
    ids = {name: thing[name] for name in route.ids}
    path = reverse(route.name, kwargs=ids | ({route.slug: slug} if route.slug else {}))
    asked = query.format(**thing, **also)
    return Address(f"{path}?{asked}" if asked else path, (slug, *thing.values(), *map(quote, thing.values())))


def nothing_like(thing: dict[str, str]) -> dict[str, str]:
    """Ids of the same form and length that nothing has."""
    return {name: _nothing(value) for name, value in thing.items()}


def _nothing(value: str) -> str:
    """A number stays: what it counts is not there."""
    if UUIDS.fullmatch(value):
        return str(uuid4())
    return value if value.isdigit() else re.sub(r"[0-9a-z]", "0", value)
