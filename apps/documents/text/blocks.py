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
    """A block before it has an id: its lines, and the tokens that will carry the ids."""

    kind: BlockKind
    token: Token
    start: int
    end: int
    text: str = ""
    labels: list[str] = field(default_factory=list)
    items: list[Token] = field(default_factory=list)


def mint_id() -> str:
    """An opaque id of 10 lower-case base32 characters (50 random bits)."""
    return b32encode(secrets.token_bytes(7)).decode()[:10].lower()


def segments(source: str, tokens: Sequence[Token]) -> list[Segment]:
    """The blocks of a parsed source. Every line that is not blank belongs to exactly one."""
    lines = source.split("\n")
    found: list[Segment] = []
    for token in tokens:
        if token.level == 0 and token.map and token.type in _KINDS:
            _add(found, token, lines)
        if found and token.type == "list_item_open" and "checked" in token.meta:
            found[-1].items.append(token)
    for segment in found:
        segment.text = _strip_blank_lines(lines[segment.start : segment.end])
    return found


def _add(found: list[Segment], token: Token, lines: list[str]) -> None:
    start, end = token.map or (0, 0)
    before = found[-1].end if found else 0
    apart = start > before or not lines[start - 1].strip(" \t")
    if found and _continues(found[-1], token, apart=apart):
        found[-1].end = end
    else:
        # From where the block before ended, so that no line can fall between two.
        found.append(Segment(_KINDS[token.type], token, before, end))
    if token.type == "footnote_reference_open":
        found[-1].labels.append(token.meta["label"])


def _continues(before: Segment, token: Token, *, apart: bool) -> bool:
    if before.kind == "definition" == _KINDS[token.type]:
        # Nobody wants a list of definitions torn apart by empty lines.
        return not apart
    # The parser ends a list after an empty item and two blank lines, but not after one: as one
    # block it stays what it is when blank lines are normalised.
    return before.token.type == token.type and before.kind == "list" and before.token.markup == token.markup


def _strip_blank_lines(lines: list[str]) -> str:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip(" \t"):
        start += 1
    while end > start and not lines[end - 1].strip(" \t"):
        end -= 1
    return "\n".join(lines[start:end])
