"""From a source text to everything that is stored with a revision, in one parse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token

from apps.documents.finding.folding import search_words
from apps.documents.text.blocks import Block, Item, Mint, Segment, mint_id
from apps.documents.text.headings import Heading, anchor_headings
from apps.documents.text.identity import block_ids, item_ids
from apps.documents.text.inline_text import inline_text
from apps.documents.text.links import link_attributes
from apps.documents.text.markdown import Parsed, parse, render
from apps.documents.text.render import code_text
from apps.documents.text.sanitise import sanitise
from apps.documents.text.source import normalise

_MAX_LABEL: Final = 120


@dataclass(frozen=True, slots=True)
class Composed:
    """A revision's text, taken apart and drawn.

    `html` is sanitised and neutral: `fill_links` completes it for a handbook and a language.
    `links` are link keys in order of appearance, each once; `plain` is the text that search shows,
    `words` what it looks in.
    """

    blocks: tuple[Block, ...]
    html: str
    outline: tuple[Heading, ...]
    links: tuple[str, ...]
    plain: str
    words: str

    @property
    def source(self) -> str:
        """The normal form of the text (see `source`): composing it again gives the same blocks."""
        return "\n\n".join(block.text for block in self.blocks)


def compose(source: str, previous: Sequence[Block] = (), mint: Mint = mint_id) -> Composed:
    """Blocks with their ids, HTML, outline, links and plain text of a Markdown source.

    Blocks and task items that continue one of `previous` keep its id; `mint` makes the others.
    Raises TextLimitError when the source is larger or nested deeper than allowed.
    """
    parsed = parse(normalise(source))
    links = point_links(parsed.tokens)
    outline = anchor_headings(parsed.tokens, parsed.env)
    blocks = _name_blocks(parsed, previous, mint)
    plain = _plain(parsed.tokens)
    return Composed(blocks, sanitise(render(parsed)), outline, links, plain, search_words(plain))


def point_links(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Turns links to pages into placeholders; the keys they name."""
    keys: dict[str, None] = {}
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                _point(child)
                if "data-page" in child.attrs:
                    keys[str(child.attrs["data-page"])] = None
    return tuple(keys)


def _point(link: Token) -> None:
    href = link.attrs.get("href")
    if isinstance(href, str):
        title = link.attrs.get("title")
        link.attrs = dict(link_attributes(href))
        if title and "data-page" not in link.attrs:
            link.attrs["title"] = title


def _name_blocks(parsed: Parsed, previous: Sequence[Block], mint: Mint) -> tuple[Block, ...]:
    """Ids for blocks and items, in the tokens (for the HTML) and in the blocks that are kept."""
    segments = parsed.segments
    ids = block_ids([segment.text for segment in segments], previous, mint)
    texts = _item_texts(parsed.tokens)
    keys = [
        (block_id, texts[id(token)][0])
        for block_id, segment in zip(ids, segments, strict=True)
        for token in segment.items
    ]
    names = iter(item_ids(keys, previous, mint))
    blocks = []
    for block_id, segment in zip(ids, segments, strict=True):
        items = tuple(_name_item(token, texts[id(token)], next(names)) for token in segment.items)
        _name_block(segment, block_id, parsed)
        blocks.append(Block(block_id, segment.kind, segment.text, items))
    return tuple(blocks)


def _name_block(segment: Segment, block_id: str, parsed: Parsed) -> None:
    if segment.kind == "heading":
        segment.token.attrSet("data-block", block_id)
    elif segment.kind == "definition":
        footnotes = parsed.env.setdefault("footnote_blocks", {})
        footnotes.update((label, block_id) for label in segment.labels)
    else:
        segment.token.attrSet("id", f"b-{block_id}")


def _name_item(token: Token, texts: tuple[str, str], item_id: str) -> Item:
    source, label = texts
    token.meta |= {"item": item_id, "label": label[:_MAX_LABEL]}
    return Item(item_id, source, bool(token.meta["checked"]))


def _item_texts(tokens: Sequence[Token]) -> dict[int, tuple[str, str]]:
    """By identity of its token, each task item's own first content: as Markdown and as words."""
    texts: dict[int, tuple[str, str]] = {}
    waiting: Token | None = None
    for token in tokens:
        if token.type in ("list_item_open", "list_item_close"):
            waiting = token if "checked" in token.meta else None
            if waiting:
                texts[id(waiting)] = ("", "")
        elif waiting and token.type == "inline":
            texts[id(waiting)] = (token.content.strip(), inline_text(token.children))
            waiting = None
    return texts


def _plain(tokens: Sequence[Token]) -> str:
    """Words for search, a line for each paragraph, cell and code block."""
    parts: list[str] = []
    for token in tokens:
        if token.type == "inline":
            parts.append(inline_text(token.children))
        elif token.type in ("fence", "code_block"):
            parts.append(code_text(token))
    return "\n".join(filter(None, parts))
