"""What every page must know of the others to link to them. Plain data: it goes to other processes."""

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass

from apps.documents.importing.dialects import Dialect, split_number
from apps.documents.importing.page_files import PageFile
from apps.documents.importing.tree import Placed
from apps.documents.text.slugs import heading_slug, slugify

HEADING_ID = re.compile(
    r"^#{1,6}[ \t]+(.*?)[ \t]*\{:?[ \t]*#([\w.:-]+)[^}\n]*\}[ \t]*#*[ \t]*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Site:
    """`pages` and `folders` by their place in the source, `addresses` by their slugified address,
    `names` by their slugified name where only one page has it: each to the page's path.
    `files` are all others. `folded` finds a page or file whatever its case.
    """

    dialect: Dialect
    root: str
    pages: dict[str, str]
    folders: dict[str, str]
    addresses: dict[str, str]
    names: dict[str, str]
    files: frozenset[str]
    folded: dict[str, str]
    anchors: dict[tuple[str, str], str]


def build_site(dialect: Dialect, root: str, placed: Iterable[Placed], files: Iterable[str]) -> Site:
    placed = tuple(placed)
    pages = {place.page.origin: place.path for place in placed if place.page}
    others = frozenset(file for file in files if file not in pages)
    folders = {place.folder: place.path for place in placed if place.folder}
    return Site(
        dialect=dialect,
        root=root,
        pages=pages,
        folders={root: "", **folders},
        addresses=_addresses(placed),
        names=_names(placed, dialect),
        files=others,
        folded={name.lower(): name for name in [*others, *pages]},
        anchors={} if dialect.verbatim else _all_anchors(placed),
    )


def address_key(address: str) -> str:
    return "/".join(filter(None, (slugify(segment) for segment in address.split("/"))))


def _addresses(placed: tuple[Placed, ...]) -> dict[str, str]:
    """By path, and by the address a page gives itself (`slug: /guides/x`)."""
    addresses: dict[str, str] = {}
    for place in placed:
        if place.page and "/" in place.page.head.slug.strip("/"):
            addresses.setdefault(address_key(place.page.head.slug), place.path)
    return addresses | {place.path: place.path for place in placed}


def _names(placed: tuple[Placed, ...], dialect: Dialect) -> dict[str, str]:
    names: dict[str, str | None] = {}
    for place in placed:
        written = place.page.stem if place.page and dialect.flat else place.name
        for name in {slugify(written), slugify(split_number(written)[1])}:
            names[name] = None if name in names else place.path
    return {name: path for name, path in names.items() if path is not None}


def _all_anchors(placed: tuple[Placed, ...]) -> dict[tuple[str, str], str]:
    return {key: slug for place in placed if place.page for key, slug in _anchors(place.path, place.page)}


def _anchors(path: str, page: PageFile) -> list[tuple[tuple[str, str], str]]:
    """Headings with an id of their own (`{#id}`), whose anchor is made of their text here."""
    if "#" not in page.body or "{" not in page.body:
        return []
    return [((path, found[2]), heading_slug(found[1])) for found in HEADING_ID.finditer(page.body)]


def join(base: str, target: str) -> str | None:
    """The place that `target` names from the folder `base`; None above the root."""
    joined = posixpath.normpath(posixpath.join(base, target))
    if joined == ".." or joined.startswith("../"):
        return None
    return "" if joined == "." else joined
