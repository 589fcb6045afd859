"""What a file is, by its bytes: names and what senders say are not believed.

The types here are those that are served. What a browser could run - HTML, XML, scripts - is never
among them: it is plain text to download. SVG alone is known and shown, in a sandbox.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
BOXES: Final[dict[bytes, str]] = {  # ISO media files, by their major brand
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys(
        (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "), "video/mp4"
    ),
    b"M4A ": "audio/mp4",
}
RASTER: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
SVG_TYPE: Final = "image/svg+xml"
MEDIA: Final = frozenset(
    {"audio/ogg", "audio/mpeg", "audio/flac", "audio/mp4", "audio/wav", "video/webm", "video/mp4"}
)
SHOWN_INLINE: Final = RASTER | MEDIA | {SVG_TYPE}  # a sandbox keeps browsers from showing PDF: it is saved

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
HEAD_BYTES: Final = 64 * 1024
# What may stand before an XML document's root; a doctype may hold declarations in brackets.
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_SVG_ROOT = re.compile(r"<(?:[\w-]+:)?svg[\s/>]")


def sniff(data: bytes) -> str:
    """The content type; `application/octet-stream` where it is not known."""
    for signature, content_type in SIGNATURES:
        if data.startswith(signature):
            return content_type
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12], "application/octet-stream")
    if data[4:8] == b"ftyp":
        return BOXES.get(data[8:12], "application/octet-stream")
    text = _text(data)
    if text is None:
        return "application/octet-stream"
    return SVG_TYPE if _is_svg(text) else "text/plain"


def _text(data: bytes) -> str | None:
    """The file as text; None where it is none. Without a byte order mark it must be UTF-8."""
    encoding = next((name for bom, name in BOMS if data.startswith(bom)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _is_svg(text: str) -> bool:
    """Whether the root element is svg, whatever stands before it."""
    at, head = 0, text[:HEAD_BYTES]
    while found := _PROLOG.match(head, at):
        at = found.end()
    return _SVG_ROOT.match(head, at) is not None
