"""The Markdown files of an import, read and split into head and body."""

import posixpath
import re
from dataclasses import dataclass

from apps.documents.importing.dialects import Dialect
from apps.documents.importing.front_matter import FrontMatter, decode_text, split_front_matter
from apps.documents.importing.names import is_markdown
from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.source import Source
from apps.documents.importing.told import Told

EXPORT_MEDIA = re.compile(r"media/[0-9a-f]{20}-[^/]+\Z")


@dataclass(frozen=True, slots=True)
class PageFile:
    """`lines_above` is how many lines of the file stand above the body."""

    origin: str
    head: FrontMatter
    body: str
    lines_above: int

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.origin)

    @property
    def stem(self) -> str:
        return posixpath.splitext(posixpath.basename(self.origin))[0]


def read_pages(source: Source, dialect: Dialect, root: str) -> tuple[PageFile, ...]:
    """Every page below `root`. The same id twice is refused, naming both files."""
    inside = f"{root}/" if root else ""
    pages: list[PageFile] = []
    owners: dict[object, str] = {}
    for file in source:
        if not is_markdown(file.path) or not file.path.startswith(inside) or is_skipped(file.path, dialect):
            continue
        text = decode_text(source.read(file.path), file.path)
        head, body, above = split_front_matter(text, file.path, own_ids=dialect.own_ids)
        if head.id is not None and (other := owners.setdefault(head.id, file.path)) != file.path:
            raise ImportRefusedError(
                file.path, Told("has the id %(id)s, which %(other)s has too", id=str(head.id), other=other)
            )
        pages.append(PageFile(file.path, head, body, above))
    return tuple(pages)


def is_skipped(origin: str, dialect: Dialect) -> bool:
    """Side bars, and partials that other pages would take in; an export's own media."""
    stem = posixpath.splitext(posixpath.basename(origin))[0].lower()
    if dialect.verbatim:
        return is_export_media(origin)
    return stem in dialect.skipped_stems or (dialect.skips_underscore and stem.startswith("_"))


def is_export_media(origin: str) -> bool:
    """Whether an export's file is `media/<digest>-<name>`: never a page, whatever its name."""
    return EXPORT_MEDIA.match(origin) is not None
