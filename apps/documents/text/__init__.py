"""The text engine: pure functions from Markdown to what is stored and shown. No Django, no I/O.

Writing: `compose` (source, markdown, blocks, identity, headings, render, sanitise). Showing:
`fill_links`. Comments: `compose_remark`, `fill_people`. Running as a checklist: `tasks_of`. Saving over
a newer revision: `split_blocks`, `merge_blocks`, `resolve`, `merged_text`. History: `word_diff`,
`folded`. Addresses: `slugify`, `heading_slug`, `link_key`.

A new kind of block is a rule (as in callouts), its name in `blocks`, its form in `render`, and its
tags and classes in `sanitise`.
"""

from apps.documents.text.blocks import Block, BlockKind, Item, Mint, mint_id
from apps.documents.text.compose import Composed, compose
from apps.documents.text.diff import DiffLine, Fold, Span, folded, word_diff
from apps.documents.text.fill import (
    Picture,
    Target,
    block_anchors,
    fill_links,
    fill_people,
    linked_keys,
    media_digests,
    mentioned_people,
)
from apps.documents.text.headings import Heading
from apps.documents.text.links import link_key, written_link
from apps.documents.text.markdown import split_blocks
from apps.documents.text.mentions import Called, People, people_of, spellings
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
from apps.documents.text.quotes import DIGEST_CHARS, QUOTE_MAX, digest_of, quote_of, shortened
from apps.documents.text.remark import Remark, compose_remark
from apps.documents.text.slugs import heading_slug, slugify
from apps.documents.text.source import (
    MAX_LINES,
    MAX_NESTING,
    MAX_SOURCE_BYTES,
    NestedTooDeeplyError,
    SourceTooLongError,
    TextLimitError,
    TooManyLinesError,
    normalise,
)
from apps.documents.text.tasks import REQUIRED_SIGN, Task, has_tasks, tasks_of
from apps.documents.text.words import ENGLISH

__all__ = [
    "DIGEST_CHARS",
    "ENGLISH",
    "MAX_LINES",
    "MAX_NESTING",
    "MAX_SOURCE_BYTES",
    "QUOTE_MAX",
    "REQUIRED_SIGN",
    "Block",
    "BlockKind",
    "Called",
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
    "People",
    "Picture",
    "Remark",
    "SourceTooLongError",
    "Span",
    "Target",
    "Task",
    "TextLimitError",
    "TooManyLinesError",
    "UnresolvedConflictError",
    "block_anchors",
    "compose",
    "compose_remark",
    "digest_of",
    "fill_links",
    "fill_people",
    "folded",
    "has_tasks",
    "heading_slug",
    "link_key",
    "linked_keys",
    "media_digests",
    "mentioned_people",
    "merge_blocks",
    "merged_text",
    "mint_id",
    "normalise",
    "people_of",
    "quote_of",
    "resolve",
    "shortened",
    "slugify",
    "spellings",
    "split_blocks",
    "tasks_of",
    "word_diff",
    "written_link",
]
