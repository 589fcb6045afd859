"""Shells: pages with places for their parts, and how a part gets there.

templates/later.html writes the places and, once, where parts that come later stand in the response:

    <div data-later="drafts"><?start name="drafts">...<?end></div>      a place, with what is shown meanwhile
    <!--later-->...<!--or-->...<!--/later-->                            where parts come, and their scripts

A browser that can moves `<template for="drafts">` into place by itself (declarative partial updates;
https://github.com/WICG/declarative-partial-updates). For the others a part is an element that stands where it
arrives, readable as it is; a script, where there are scripts, moves it. Either way the page is the same
in the end as one that was sent in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .parts import Arrival

BEGIN, OR, END = "<!--later-->", "<!--or-->", "<!--/later-->"
FIRST_BYTES: Final = 1_024  # Safari shows nothing of less
MOVES_TEMPLATES_FROM: Final = 150  # Chromium
CHROMIUM: Final = re.compile(r'"Chromium";v="(\d{1,4})"')


class ShellError(ValueError):
    """A page has parts, and its template has no place for them."""


def moves_templates(brands: str) -> bool:
    """Whether a browser moves `<template for>` by itself, by its Sec-CH-UA header."""
    found = CHROMIUM.search(brands)
    return found is not None and int(found[1]) >= MOVES_TEMPLATES_FROM


@dataclass(frozen=True)
class Shell:
    """`head` ends where parts come. `script` is there before them and moves elements as they come;
    `spare_script` holds up nothing, and looks for templates that the browser left lying."""

    head: str
    tail: str
    spare_script: str
    script: str

    @classmethod
    def of(cls, html: str, names: Iterable[str]) -> Shell:
        """Raises ShellError."""
        head, found, rest = html.partition(BEGIN)
        scripts, ended, tail = rest.partition(END)
        if not (found and ended):
            raise ShellError("The template has parts and does not call rest() of later.html.")
        for name in names:
            if _start(name) not in head:
                raise ShellError(f"The template has no place for the part {name!r} before rest().")
        spare_script, _, script = scripts.partition(OR)
        return cls(head, tail, spare_script, script)

    def first(self, *, native: bool) -> bytes:
        """What leaves before any part. The script is among those that the page loads first."""
        script = self.spare_script if native else self.script
        data = self.head.replace("</head>", f"{script}</head>", 1).encode()
        return data + b"\n" * (FIRST_BYTES - len(data))

    def last(self) -> bytes:
        return self.tail.encode()

    def in_order(self, arrivals: Iterable[Arrival]) -> str:
        """The whole page, each part in its place."""
        head = self.head
        for arrival in arrivals:
            before, _, rest = head.partition(_start(arrival.name))
            _meanwhile, _, after = rest.partition("<?end>")
            head = f"{before}{arrival.html}{after}"
        return head + self.tail


def later(arrival: Arrival, *, native: bool) -> bytes:
    """A part as it is sent after its shell."""
    name, html = arrival.name, arrival.html
    if native:
        return f'<template for="{name}">{html}</template>\n'.encode()
    return f'<cairn-part for="{name}">{html}<cairn-part-end></cairn-part-end></cairn-part>\n'.encode()


def _start(name: str) -> str:
    return f'<?start name="{name}">'
