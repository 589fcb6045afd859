"""A GitHub wiki's `_Sidebar.md`: no page, but the order of the others."""

import posixpath
import re
from urllib.parse import unquote

from apps.documents.importing.front_matter import decode_text
from apps.documents.importing.names import is_markdown
from apps.documents.importing.source import Source
from apps.documents.text.slugs import slugify

LINK = re.compile(r"\[\[(?:[^\[\]|\n]*\|)?([^\[\]|\n]+)\]\]|\]\(\s*<?([^()<>\s]+)")


def read_sidebar(source: Source) -> dict[str, int]:
    """Positions by page, in the order in which the sidebar names them."""
    pages: dict[str, str] = {}
    for file in source:
        if is_markdown(file.path):
            pages[slugify(_stem(file.path))] = file.path
    sidebar = pages.get("sidebar")
    if sidebar is None or not _stem(sidebar).startswith("_"):
        return {}
    positions: dict[str, int] = {}
    for link in LINK.finditer(decode_text(source.read(sidebar), sidebar)):
        target = unquote(link[1] or link[2]).partition("#")[0].rstrip("/")
        page = pages.get(slugify(_stem(target) if is_markdown(target) else posixpath.basename(target)))
        if page is not None:
            positions.setdefault(page, len(positions))
    return positions


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]
