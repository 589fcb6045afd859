"""Top-level blocks and task items: what comments, ticks and merges hold on to."""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from markdown_it.token import Token

type BlockKind = Literal[
    "heading", "paragraph", "list", "code", "quote", "callout", "table", "rule", "definition"
]
type Mint = Callable[[], str]

_KINDS: Final[dict[str, BlockKind]] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "fence": "code",
    "code_block": "code",
    "blockquote_open": "quote",
    "alert_open": "callout",
    "table_open": "table",
    "hr": "rule",
    "definition": "definition",
    "footnote_reference_open": "definition",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A task item: `text` is its own first line of content in Markdown, without the box."""

    id: str
    text: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block: `text` is its exact source; joined by an empty line they are the document."""

    id: str
    kind: BlockKind
    text: str
    items: tuple[Item, ...] = ()


@dataclass(slots=True)
class Segment:
    """A block before it has an id, with the tokens that will carry it."""

    kind: BlockKind
    text: str
    token: Token
    labels: list[str] = field(default_factory=list)
    items: list[Token] = field(default_factory=list)


def mint_id() -> str:
    """An opaque id of 10 lower-case base32 characters (50 random bits)."""
    return b32encode(secrets.token_bytes(7)).decode()[:10].lower()


def segments(source: str, tokens: Sequence[Token]) -> list[Segment]:
    """The blocks of a parsed source. Every line that is not blank belongs to exactly one."""
    lines = source.split("\n")
    found: list[Segment] = []
    before = 0
    for token in tokens:
        if token.level == 0 and token.map and token.type in _KINDS:
            start, end = token.map
            _add(found, token, lines, (before, start, end))
            before = end
        if found and token.type == "list_item_open" and "checked" in token.meta:
            found[-1].items.append(token)
    return found


def _add(found: list[Segment], token: Token, lines: list[str], span: tuple[int, int, int]) -> None:
    """Lines from where the block before ended, so that none can fall between two."""
    before, start, end = span
    kind = _KINDS[token.type]
    text = _strip_blank_lines(lines[before:end])
    neighbours = bool(found) and start == before and bool(lines[start - 1].strip(" \t"))
    if neighbours and kind == "definition" == found[-1].kind:
        # Nobody wants a list of definitions torn apart by empty lines.
        found[-1].text += f"\n{text}"
    else:
        found.append(Segment(kind, text, token))
    if token.type == "footnote_reference_open":
        found[-1].labels.append(token.meta["label"])


def _strip_blank_lines(lines: list[str]) -> str:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip(" \t"):
        start += 1
    while end > start and not lines[end - 1].strip(" \t"):
        end -= 1
    return "\n".join(lines[start:end])
