"""Anchors and levels of headings, and the outline made of them.

A page's title is its h1. A text whose own headings start at h1 therefore moves down one level as a
whole; one that starts at h2, as most do, stays: so no page has two h1, none skips a level.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from apps.documents.text.inline_text import inline_text
from apps.documents.text.slugs import heading_slug

_BLOCK_ID = re.compile(r"b-[a-z2-7]{10}\Z")


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the contents: the level as drawn (2 to 6), the id to jump to, the words."""

    level: int
    anchor: str
    text: str


def anchor_headings(tokens: Sequence[Token], env: dict[str, Any]) -> tuple[Heading, ...]:
    """Gives every heading its id and final level; the outline has those at the top level of the text."""
    found = [(token, tokens[index + 1]) for index, token in enumerate(tokens) if token.type == "heading_open"]
    shift = 1 if any(token.tag == "h1" for token, _ in found) else 0
    env["heading_shift"] = shift
    taken: dict[str, int] = {}
    outline: list[Heading] = []
    for token, inline in found:
        text = inline_text(inline.children)
        anchor = _unique(heading_slug(text), taken)
        token.attrSet("id", anchor)
        if token.level == 0:
            outline.append(Heading(min(6, int(token.tag[1]) + shift), anchor, text))
    return tuple(outline)


def _unique(slug: str, taken: dict[str, int]) -> str:
    anchor = f"{slug}-heading" if _BLOCK_ID.match(slug) else slug
    while anchor in taken:
        taken[slug] = taken.get(slug, 0) + 1
        anchor = f"{slug}-{taken[slug]}"
    taken[anchor] = 0
    return anchor
