"""What a link in Markdown points at: a page of the handbook, or something else.

A **link key** names a page of the same handbook: its path, each segment slugified, joined by `/`,
without anchor and query. The key of the home page is empty. Which page a key means is asked
when the page is drawn, so stored HTML never holds another page's title or path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from apps.documents.text.slugs import heading_slug, slugify

MAX_KEY: Final = 900
MAX_KEY_BYTES: Final = 2000  # what every database can index
NOWHERE: Final = "-"  # the key of a target no page can have: `-` is never a slug
WIKI_MAX: Final = 200  # characters between the brackets of a wiki link
_UNWRITABLE = re.compile(r"[\[\]|#\\\n]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
EXTERNAL_REL: Final = "noopener nofollow ugc"


@dataclass(frozen=True, slots=True)
class PageReference:
    """A page of this handbook by its link key, and a place on it by its anchor (or "")."""

    key: str
    anchor: str


def link_key(target: str) -> str:
    """The link key of a target as an author writes it (`Getting started`, `/ops/Backups#restore`).

    Percent-escapes are not undone. NOWHERE when the target has no letter or digit.
    """
    path = target.split("#", 1)[0].split("?", 1)[0]
    segments = [segment for segment in path.split("/") if segment.strip()]
    key = "/".join(filter(None, map(slugify, segments)))
    if len(key) > MAX_KEY or len(key.encode()) > MAX_KEY_BYTES:
        return NOWHERE
    return key or (NOWHERE if segments else "")


def page_reference(target: str) -> PageReference:
    """The page and the anchor a target names."""
    anchor = target.partition("#")[2]
    return PageReference(link_key(target), heading_slug(anchor) if anchor.strip() else "")


def is_allowed_url(url: str) -> bool:
    """Whether a link or image may point there: relative, or one of SCHEMES."""
    scheme = _SCHEME.match(url.strip())
    return scheme is None or scheme[1].lower() in SCHEMES


def link_attributes(href: str) -> dict[str, str]:
    """The attributes of the `<a>` for a Markdown destination (already percent-encoded).

    `/a/b#c` becomes the placeholder of a page; `/-/...` and relative addresses stay; what leaves
    the site says so to search engines and cannot reach its opener.
    """
    if href.startswith("//") or href[:8].lower().startswith(("http://", "https://")):
        return {"href": href, "rel": EXTERNAL_REL}
    if href.startswith("/") and not href.startswith("/-/"):
        return placeholder(page_reference(unquote(href)))
    return {"href": href}


def placeholder(reference: PageReference, title: str = "") -> dict[str, str]:
    """The neutral placeholder for a link to a page; `title` is the text the author typed."""
    attributes = {"data-page": reference.key}
    if reference.anchor:
        attributes["data-anchor"] = reference.anchor
    if title:
        attributes["data-title"] = title
    return attributes


def readable(key: str) -> str:
    """A title made from a key: `ops/cold-start` gives `Cold start`."""
    words = key.rsplit("/", 1)[-1].replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def written_link(title: str | None, path: str, label: str, anchor: str = "", heading: str = "") -> str:
    """A link to a page, and a heading of it, as an author would write it: by the page's title where one is
    given and can be written so, else by its path; as a Markdown link where that is too long."""
    target = title if title is not None and not _UNWRITABLE.search(title) else None
    target = target or path or "/"
    if anchor:
        plain = heading_slug(heading) == anchor and not _UNWRITABLE.search(heading)
        target += f"#{heading if plain else anchor}"
    if len(target) <= WIKI_MAX:
        return f"[[{target}]]"
    address = quote(f"/{path}/") + (f"#{quote(anchor)}" if anchor else "")
    return f"[{_UNWRITABLE.sub(' ', label)}]({address})"
