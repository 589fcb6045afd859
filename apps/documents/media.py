"""Uploads: what they really are, by their bytes, and where they lie."""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
import unicodedata
import warnings
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image

from apps.events.actions import RefusedError

from .conf import conf
from .models.media import DIGEST_CHARS, NAME_MAX

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
RASTER = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
SHOWN_INLINE = RASTER | {"image/svg+xml", "application/pdf", "audio/ogg", "audio/mpeg", "video/webm", "video/mp4"}
SVG = re.compile(rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]", re.DOTALL | re.I)
MAX_PIXELS = 50_000_000


@dataclass(frozen=True)
class Upload:
    """Bytes that were looked at: `content_type` is sniffed, `name` is safe in a URL and a header."""

    name: str
    data: bytes
    digest: str
    content_type: str
    width: int | None
    height: int | None

    @property
    def size_bytes(self) -> int:
        return len(self.data)


def checked_upload(name: str, data: bytes) -> Upload:
    """Raises RefusedError for what is empty, too large, or an image that is broken or huge."""
    if not data:
        raise RefusedError(_("“%s” is empty.") % name, "file")
    if len(data) > conf.max_upload_bytes:
        text = _("“%(name)s” has %(size)d bytes; at most %(max)d are allowed.")
        raise RefusedError(text % {"name": name, "size": len(data), "max": conf.max_upload_bytes}, "file")
    content_type = sniff(data)
    width, height = _dimensions(name, data) if content_type in RASTER else (None, None)
    return Upload(safe_name(name), data, digest_of(data), content_type, width, height)


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:DIGEST_CHARS]


def sniff(data: bytes) -> str:
    """The content type by the first bytes; what is not known is a download."""
    for signature, content_type in SIGNATURES:
        if data.startswith(signature):
            return content_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "image/avif" if data[8:12] in (b"avif", b"avis") else "video/mp4"
    if SVG.match(data[:4096]):
        return "image/svg+xml"
    return "text/plain" if _is_text(data) else "application/octet-stream"


def _is_text(data: bytes) -> bool:
    """Text without markup a browser could take for a page; served as plain text, never sniffed."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return "\0" not in text


def _dimensions(name: str, data: bytes) -> tuple[int, int]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    text = _("“%(name)s” has %(size)d megapixels; at most %(max)d are allowed.")
                    values = {"name": name, "size": width * height // 10**6, "max": MAX_PIXELS // 10**6}
                    raise RefusedError(text % values, "file")
                image.verify()
                return width, height
    except RefusedError:
        raise
    except Exception as error:  # Pillow raises many kinds on broken files
        raise RefusedError(_("“%s” is a broken image.") % name, "file") from error


def safe_name(name: str) -> str:
    """The last part of the name: letters, digits, dot, dash and underscore; at most NAME_MAX."""
    last = unicodedata.normalize("NFKC", name).replace("\\", "/").rpartition("/")[2]
    cleaned = re.sub(r"[^\w.-]+", "-", last).strip("-.")
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = cleaned, ""
    return f"{stem[: NAME_MAX - 11] or 'file'}{'.' if suffix else ''}{suffix}"


def file_path(handbook_id: UUID, digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / str(handbook_id) / digest[:2] / digest


def store_file(handbook_id: UUID, upload: Upload) -> None:
    """Whole or not at all: written beside its place, then renamed."""
    path = file_path(handbook_id, upload.digest)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(upload.data)
    Path(file.name).rename(path)


def delete_file(handbook_id: UUID, digest: str) -> None:
    path = file_path(handbook_id, digest)
    for file in (path, *path.parent.glob(f"{digest}.*")):
        file.unlink(missing_ok=True)
