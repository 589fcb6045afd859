"""What a rule is given of an element, and the small forms of Markdown that rules give back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from apps.documents.importing.js_values import Expression, Value

BACKTICKS = re.compile(r"`+")
QUOTED_IN_CALL = re.compile(r"""["'`]([^"'`\n]+)["'`]""")


class Block(str):
    """Markdown that stands by itself, with an empty line before and after it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Element:
    """`name` in lower case; `inner` is Markdown already, `raw` what stood there.

    `link(address)` gives the destination that a link or image to it has in Cairn.
    """

    name: str
    attributes: Mapping[str, Value]
    inner: str
    raw: str
    block: bool
    link: Callable[[str], str]

    def text(self, *names: str) -> str:
        """The first of these attributes that says something readable, on one line."""
        for name in names:
            if shown := " ".join(readable_value(self.attributes.get(name)).split()):
                return shown
        return ""

    def source(self, *names: str) -> str:
        """The first of these attributes as it is written, lines and all."""
        values = (self.attributes.get(name) for name in names)
        return next((value for value in values if isinstance(value, str) and value), "")

    def address(self, *names: str) -> str:
        """The first of these attributes as a link's destination; "" when there is none."""
        for name in names:
            value = self.attributes.get(name)
            if isinstance(value, dict):  # { light: "a.png", dark: "b.png" }
                value = next((entry for entry in value.values() if isinstance(entry, str)), None)
            if isinstance(value, Expression):  # require("./a.png").default, useBaseUrl("/a.png")
                found = QUOTED_IN_CALL.search(value.text)
                value = found[1] if found else None
            if isinstance(value, str) and value.strip():
                return self.link(value.strip())
        return ""

    def wrapped(self, text: str) -> str:
        """A block where the element stands by itself, else part of its sentence."""
        return Block(text.strip("\n")) if self.block else text


type Rule = Callable[[Element], str]


def readable_value(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.15g}"
    return ""


def code(text: str) -> str:
    """Inline code, whatever backticks it holds."""
    text = " ".join(text.split())
    if not text:
        return ""
    longest = max((len(run) for run in BACKTICKS.findall(text)), default=0)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{'`' * (longest + 1)}{pad}{text}{pad}{'`' * (longest + 1)}"


def fenced(text: str, language: str = "") -> Block:
    longest = max((len(run) for run in BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return Block(f"{fence}{language}\n{text.strip(chr(10))}\n{fence}")


def label(text: str) -> str:
    """Text between the brackets of a link."""
    return re.sub(r"([\[\]])", r"\\\1", " ".join(text.split()))


def link(text: str, address: str) -> str:
    """`text` is Markdown on one line already."""
    return f"[{text}]({destination(address)})"


def destination(address: str) -> str:
    """An address as it may stand in a link: in angle brackets where it holds blanks or brackets."""
    if "\0" in address or not re.search(r"[\s()<>]", address):
        return address
    return f"<{re.sub(r'[<>]|\s', lambda found: f'%{ord(found[0]):02X}', address)}>"


def strong(text: str) -> str:
    bare = text.strip()
    if not bare or "\n\n" in bare:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}**{bare.replace('**', '')}**{after}"


def indented(text: str, width: int, first: str = "") -> str:
    """Lines after the first moved right by `width`; `first` stands before the first one."""
    lines = text.split("\n")
    moved = [f"{' ' * width}{line}" if line else line for line in lines[1:]]
    return "\n".join([first + lines[0], *moved])
