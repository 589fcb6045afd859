"""The text engine: pure functions from Markdown to what is stored and shown. No Django, no I/O.

Writing: `compose` (source, markdown, blocks, identity, headings, render, sanitise). Showing:
`fill_links`. Saving over a newer revision: `split_blocks`, `merge_blocks`, `resolve`, `merged_text`.
History: `word_diff`, `folded`. Addresses: `slugify`, `heading_slug`, `link_key`.

A new kind of block is a rule (as in callouts), its name in `blocks`, its form in `render`, and its
tags and classes in `sanitise`.
"""

from apps.documents.text.blocks import Block, BlockKind, Item, Mint, mint_id
from apps.documents.text.compose import Composed, compose
from apps.documents.text.diff import DiffLine, Fold, Span, folded, word_diff
from apps.documents.text.fill import Picture, Target, fill_links, linked_keys, media_digests
from apps.documents.text.headings import Heading
from apps.documents.text.links import link_key, written_link
from apps.documents.text.markdown import split_blocks
from apps.documents.text.merge import (
    Choice,
    Conflict,
    Kept,
    Part,
    UnresolvedConflictError,
    merge_blocks,
    merged_text,
    resolve,
)
from apps.documents.text.slugs import heading_slug, slugify
from apps.documents.text.source import (
    MAX_LINES,
    MAX_SOURCE_BYTES,
    NestedTooDeeplyError,
    SourceTooLongError,
    TextLimitError,
    TooManyLinesError,
    normalise,
)
from apps.documents.text.words import ENGLISH

__all__ = [
    "ENGLISH",
    "MAX_LINES",
    "MAX_SOURCE_BYTES",
    "Block",
    "BlockKind",
    "Choice",
    "Composed",
    "Conflict",
    "DiffLine",
    "Fold",
    "Heading",
    "Item",
    "Kept",
    "Mint",
    "NestedTooDeeplyError",
    "Part",
    "Picture",
    "SourceTooLongError",
    "Span",
    "Target",
    "TextLimitError",
    "TooManyLinesError",
    "UnresolvedConflictError",
    "compose",
    "fill_links",
    "folded",
    "heading_slug",
    "link_key",
    "linked_keys",
    "media_digests",
    "merge_blocks",
    "merged_text",
    "mint_id",
    "normalise",
    "resolve",
    "slugify",
    "split_blocks",
    "word_diff",
    "written_link",
]
