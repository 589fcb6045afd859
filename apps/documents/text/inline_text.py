"""The words of inline Markdown: for anchors, the contents, labels and search."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token


def inline_text(tokens: Sequence[Token] | None) -> str:
    """What a reader would read aloud: text, code and the alternative text of images."""
    parts: list[str] = []
    for token in tokens or ():
        if token.type in ("text", "code_inline", "wiki_title"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "image":
            parts.append(inline_text(token.children))
    return "".join(parts).strip()
