"""From an address to the page that is declared there, by Django's own resolver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from asgiref.sync import sync_to_async
from django.urls import Resolver404, resolve

from apps.caching.process import hearing, threads
from apps.tenants.directory import HandbookRef, directory

from .pages import Page


@dataclass(frozen=True, slots=True)
class Found:
    """Which page an address is of."""

    page: Page
    ref: HandbookRef
    arguments: dict[str, Any]
    query: tuple[tuple[str, str], ...]
    path: str

    @property
    def address(self) -> str:
        """In its canonical form."""
        words = [(name.removesuffix("_"), word) for name, word in self.query]
        return f"{self.path}?{urlencode(words)}" if words else self.path

    @property
    def audience(self) -> str:
        return self.page.audience(self.ref)

    @property
    def key(self) -> tuple[str, str]:
        """What it is kept by, among the pages of its handbook."""
        return self.audience, self.address


async def find(path: str, query_string: str) -> Found | None:
    """The page at an address; None for whatever is for Django."""
    slug = path[1:].partition("/")[0]
    if not slug or slug == "-":
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if not isinstance(match.func, Page):
        return None
    ref = directory.known(slug) if hearing.trusted() else None
    ref = ref or await in_thread(directory.find, slug)
    if ref is None:
        return None
    arguments = {name: value for name, value in match.kwargs.items() if name != "handbook"}
    given = dict(parse_qsl(query_string, keep_blank_values=True))
    return Found(match.func, ref, arguments, match.func.canonical_query(given), path)


async def in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    return await sync_to_async(function, thread_sensitive=False, executor=threads)(*arguments)
