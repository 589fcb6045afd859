"""The task items of a text, in order, each with the headings it is the first to stand below.

An item that begins with `(!)` must be done before a checklist is finished: the sign needs no language and
reads as what it means where nothing draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from markdown_it.token import Token

from apps.documents.text.blocks import Block, Item
from apps.documents.text.compose import point_links
from apps.documents.text.inline_text import inline_text
from apps.documents.text.markdown import parse, render_inline
from apps.documents.text.sanitise import sanitise

REQUIRED_SIGN: Final = "(!)"


@dataclass(frozen=True, slots=True)
class Task:
    """`html` is neutral, as that of compose(); `headings` are those that no task before stood below, as
    (level from 1, words); `depth` counts the list items around it."""

    id: str
    html: str
    label: str
    is_required: bool
    depth: int
    headings: tuple[tuple[int, str], ...]


@dataclass(slots=True)
class _Place:
    """Where in the text the walk is."""

    way: list[tuple[int, str]]  # level in the source and words of the headings above
    told: int = 0  # how many of them a task has shown
    depth: int = 0

    def enter(self, level: int, words: str) -> None:
        while self.way and self.way[-1][0] >= level:
            self.way.pop()
        self.told = min(self.told, len(self.way))
        self.way.append((level, words))

    def tell(self) -> tuple[tuple[int, str], ...]:
        fresh = tuple((n + 1, words) for n, (_level, words) in enumerate(self.way) if n >= self.told)
        self.told = len(self.way)
        return fresh


def has_tasks(html: str) -> bool:
    """Whether stored HTML, as compose() wrote it, holds a task."""
    return '<li class="task"' in html


def tasks_of(blocks: Sequence[Block]) -> tuple[Task, ...]:
    """The tasks of a stored text, under the ids it has."""
    items = iter([item for block in blocks for item in block.items])
    parsed = parse("\n\n".join(block.text for block in blocks))
    point_links(parsed.tokens)
    place, tasks = _Place([]), []
    for n, token in enumerate(parsed.tokens):
        if token.type == "heading_open" and token.level == 0:
            place.enter(int(token.tag[1]), inline_text(parsed.tokens[n + 1].children))
        elif token.type == "list_item_close":
            place.depth -= 1
        elif token.type == "list_item_open":
            place.depth += 1
            item = next(items, None) if "checked" in token.meta else None
            if item is not None:
                tasks.append(_task(item, _content(parsed.tokens, n), place))
    return tuple(tasks)


def _content(tokens: Sequence[Token], opened: int) -> Token | None:
    """The first line of a list item; None where it begins with no words."""
    for token in tokens[opened + 1 :]:
        if token.type == "inline":
            return token
        if token.type != "paragraph_open":
            return None
    return None


def _task(item: Item, content: Token | None, place: _Place) -> Task:
    """What a later parser reads otherwise than the one that gave the id is shown as it was typed."""
    is_required = item.text.startswith(REQUIRED_SIGN)
    text = item.text.removeprefix(REQUIRED_SIGN).lstrip()
    html, label = escape(text), text
    if content is not None and content.content.strip() == item.text:
        children = [child for child in content.children or () if child.type != "footnote_ref"]
        if is_required and children:
            children[0].content = children[0].content.lstrip().removeprefix(REQUIRED_SIGN).lstrip()
        html, label = sanitise(render_inline(children)), inline_text(children)
    return Task(item.id, html, label, is_required, place.depth - 1, place.tell())
