"""A handbook as Markdown files that import back to the same text. Pure: nothing is written here."""

import json
import posixpath
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

import yaml

from apps.documents.importing.code_spans import CodeSpans
from apps.documents.importing.dialects import DIALECTS, MARKER
from apps.documents.importing.export_links import LITERAL, imported_destination
from apps.documents.importing.markdown_links import Destination, exchange_destinations
from apps.documents.importing.page_files import EXPORT_MEDIA
from apps.documents.importing.site import Site

FORMAT = 1
MEDIA_ADDRESS = re.compile(r"/-/media/([0-9a-f]{20})/([\w.-]+)\Z")
RESERVED = frozenset({"index"})


@dataclass(frozen=True, slots=True)
class ExportedPage:
    """`path` is "" for the home page; `order` is the place among siblings."""

    path: str
    title: str
    id: UUID
    order: int
    published: bool
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportedFile:
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ExportedMedia:
    """The bytes of `digest` belong at `path`."""

    digest: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Layout:
    """UTF-8 text files, and where the bytes of media go."""

    files: tuple[ExportedFile, ...]
    media: tuple[ExportedMedia, ...]


def lay_out(pages: Iterable[ExportedPage], digests: Collection[str] = ()) -> Layout:
    """The files of an export: `index.md` for pages with children, `name.md` for the others.

    `digests` are the media that exist: links to others stay as they are. Importing the files (with
    the media's bytes in place) gives the same paths, titles, ids, states and texts.
    """
    pages = tuple(pages)
    places = _places(pages)
    media = {link.path: link for page in pages for link in _media_links(page.source, digests)}
    site = _site(places, frozenset(media))
    files = [ExportedFile(MARKER, json.dumps({"format": FORMAT}) + "\n")]
    files += [
        ExportedFile(
            places[page.path], _head(page) + _Links(site, places, page.path).relative(page.source) + "\n"
        )
        for page in pages
    ]
    return Layout(tuple(files), tuple(media[path] for path in sorted(media)))


def _places(pages: tuple[ExportedPage, ...]) -> dict[str, str]:
    """The file of each page by the page's path."""
    parents = {page.path.rpartition("/")[0] for page in pages if page.path}
    places: dict[str, str] = {}
    for page in pages:
        name = page.path.rpartition("/")[2]
        leaf = f"{page.path}.md"
        is_folder = page.path in parents or name in RESERVED or EXPORT_MEDIA.match(leaf) or not name
        places[page.path] = posixpath.join(page.path, "index.md") if is_folder else leaf
    return places


def _site(places: dict[str, str], media: frozenset[str]) -> Site:
    pages = {place: path for path, place in places.items()}
    return Site(DIALECTS["cairn"], "", pages, {}, {}, {}, media, {}, {})


def _head(page: ExportedPage) -> str:
    values: dict[str, object] = {"title": page.title, "id": str(page.id), "order": page.order}
    if not page.published:
        values["published"] = False
    if page.tags:
        values["tags"] = list(page.tags)
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{text}---\n\n"


def _media_links(source: str, digests: Collection[str]) -> Iterable[ExportedMedia]:
    if "/-/media/" not in source:
        return
    for digest, name in re.findall(r"/-/media/([0-9a-f]{20})/([\w.-]+)", source):
        if digest in digests:
            yield ExportedMedia(digest, name, f"media/{digest}-{name}")


@dataclass(frozen=True, slots=True)
class _Links:
    """The links of one page, from addresses of the handbook to relative paths of files."""

    site: Site
    places: dict[str, str]
    path: str

    def relative(self, source: str) -> str:
        return exchange_destinations(source, CodeSpans(source, comments=True), self._exported)

    def _exported(self, found: Destination) -> str | None:
        """A relative path where it reads back as what stood there; else nothing may read back."""
        if found.loose:
            return None
        place = self._place(found.written)
        if place is not None and self._read_back(place) == found.written:
            return place
        return LITERAL + found.written if self._read_back(found.written) is not None else None

    def _place(self, written: str) -> str | None:
        folder = posixpath.dirname(self.places[self.path])
        if media := MEDIA_ADDRESS.match(written):
            return posixpath.relpath(f"media/{media[1]}-{media[2]}", folder or ".")
        path, mark, anchor = written.partition("#")
        if not path.startswith("/") or path[1:] not in self.places:
            return None
        return posixpath.relpath(self.places[path[1:]], folder or ".") + mark + anchor

    def _read_back(self, written: str) -> str | None:
        found = Destination(0, len(written), written)
        address = imported_destination(self.site, self.places[self.path], found)
        if address is None or not address.startswith("\0"):
            return address
        digest, _, name = address.strip("\0").removeprefix("media/").partition("-")
        return f"/-/media/{digest}/{name}"
