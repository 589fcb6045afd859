"""Uploads: bytes that were looked at before anything else of Cairn sees them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from apps.events.actions import RefusedError

from .conf import conf
from .models.media import DIGEST_CHARS, NAME_MAX
from .pictures import dimensions
from .sniffing import RASTER, sniff
from .storing import delete_file, file_path, write_whole

__all__ = [
    "TooLargeError",
    "Upload",
    "checked_upload",
    "delete_file",
    "digest_of",
    "file_path",
    "safe_name",
    "store_file",
]

SUFFIX_MAX = 10


@dataclass(frozen=True)
class Upload:
    """`content_type` is sniffed, `name` is safe in an address and a header."""

    name: str
    data: bytes
    digest: str
    content_type: str
    width: int | None
    height: int | None

    @property
    def size_bytes(self) -> int:
        return len(self.data)


class TooLargeError(RefusedError):
    def __init__(self, name: str) -> None:
        text = _("“%(name)s” is larger than %(max)s MB, the most that is allowed.")
        super().__init__(text % {"name": safe_name(name), "max": f"{conf.max_upload_bytes / 1e6:g}"}, "file")


def checked_upload(name: str, data: bytes) -> Upload:
    """Raises RefusedError for what is empty, too large, or an image that is broken or huge."""
    name = safe_name(name)
    if not data:
        raise RefusedError(_("“%s” is empty.") % name, "file")
    if len(data) > conf.max_upload_bytes:
        raise TooLargeError(name)
    content_type = sniff(data)
    width, height = dimensions(name, data, content_type) if content_type in RASTER else (None, None)
    return Upload(name, data, digest_of(data), content_type, width, height)


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:DIGEST_CHARS]


def safe_name(name: str) -> str:
    """The last part of a path: letters, digits, dots, dashes and underscores, at most NAME_MAX
    characters; never empty and never beginning with a dot. Directional overrides, controls and what
    headers or addresses give a meaning to become dashes."""
    last = unicodedata.normalize("NFKC", name).replace("\\", "/").rpartition("/")[2]
    cleaned = re.sub(r"-*\.-*", ".", re.sub(r"[^\w.-]+", "-", last)).strip("-.")
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot or len(suffix) > SUFFIX_MAX:
        stem, suffix = cleaned, ""
    return f"{stem[: NAME_MAX - SUFFIX_MAX - 1] or 'file'}{'.' if suffix else ''}{suffix}"


def store_file(handbook_id: UUID, upload: Upload) -> None:
    """Equal bytes are stored once. A file that no row names is harmless."""
    path = file_path(handbook_id, upload.digest)
    if not path.exists():
        write_whole(path, upload.data)
