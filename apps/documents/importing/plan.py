"""What an import would do: plain data, nothing written yet."""

from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from apps.documents.importing.refusal import ImportRefusedError
from apps.documents.importing.source import Source
from apps.documents.importing.told import Told

DIGEST_CHARS = 20


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """`path` is "" for the home page; `order` counts siblings from 0; `origin` is the file (or, for
    a section that no file speaks for, the folder with a slash at its end)."""

    path: str
    title: str
    source: str
    order: int
    id: UUID | None
    published: bool
    origin: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedMedia:
    """A file that a page shows or links to; its address is `/-/media/<digest>/<name>`."""

    digest: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person should know. `line` counts from 1; 0 where no line is meant."""

    origin: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Pages (parents before children, the home page first if there is one), media, notices."""

    pages: tuple[PlannedPage, ...]
    media: tuple[PlannedMedia, ...]
    notices: tuple[Notice, ...]
    dialect: str = "plain"
    files: Source | None = field(default=None, compare=False, repr=False)

    def read_media(self, media: PlannedMedia) -> bytes:
        """The bytes, read now. Refused if the file changed since the plan was made."""
        if self.files is None:
            raise ImportRefusedError(media.origin, Told("the plan has no files to read from"))
        data = self.files.read(media.origin)
        if media_digest(data) != media.digest:
            raise ImportRefusedError(media.origin, Told("the file changed while it was imported"))
        return data


def media_digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:DIGEST_CHARS]
