"""The text engine: pure functions from Markdown to what is stored and shown. No Django, no I/O."""

from apps.documents.text.blocks import Block, Item, mint_id
from apps.documents.text.compose import Composed, compose
from apps.documents.text.fill import Target, fill_links, linked_keys
from apps.documents.text.headings import Heading
from apps.documents.text.links import link_key
from apps.documents.text.slugs import heading_slug, slugify
from apps.documents.text.source import TextLimitError, normalise

__all__ = [
    "Block",
    "Composed",
    "Heading",
    "Item",
    "Target",
    "TextLimitError",
    "compose",
    "fill_links",
    "heading_slug",
    "link_key",
    "linked_keys",
    "mint_id",
    "normalise",
    "slugify",
]
