"""The stored form of an answer: bytes for each encoding and headers, ready to leave."""

from __future__ import annotations

import gzip
import time
from dataclasses import dataclass, field
from typing import Final

import brotli
import msgpack

from .cdn import Cdn
from .encodings import BROTLI_BEST, BROTLI_QUALITY, GZIP_LEVEL, encoding_for
from .pages import Answer

Headers = list[tuple[bytes, bytes]]
COMPRESSED_FROM: Final = 400  # bytes; less does not get smaller


@dataclass(slots=True)
class Body:
    """Made once, then only read; gzip when the first asks for it."""

    status: int
    plain: bytes
    etag: bytes
    headers: Headers  # that every encoding has
    brotli: bytes | None
    audience: str
    render_ms: float
    cdn: Cdn | None = None  # for a CDN, besides `headers`; None: it must not keep this
    is_best: bool = False  # packed as small as can be
    sent: dict[bytes, tuple[bytes, Headers]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.brotli or b"")

    def encoded(self, accepted: bytes) -> tuple[bytes, Headers]:
        """Bytes and headers for an Accept-Encoding."""
        encoding = b"" if self.brotli is None else encoding_for(accepted)
        found = self.sent.get(encoding)
        if found is None:
            found = self.sent[encoding] = self._encode(encoding)
        return found

    def pack_best(self) -> None:
        """Once, on a thread that has the time; who reads meanwhile gets what is there."""
        if self.brotli is not None and not self.is_best:
            self.is_best = True
            self.brotli = brotli.compress(self.plain, quality=BROTLI_BEST)
            self.sent.pop(b"br", None)

    def to_bytes(self) -> bytes:
        """Packed alone where it is packed: a quarter of the bytes, and quickly undone."""
        plain = self.plain if self.brotli is None else None
        tag_header = self.cdn.tag_header if self.cdn else None
        said: bytes = msgpack.packb(
            [
                self.status,
                plain,
                self.etag,
                self.headers,
                self.brotli,
                self.audience,
                self.render_ms,
                tag_header,
            ]
        )
        return said

    @classmethod
    def from_bytes(cls, data: bytes, left_s: float) -> Body:
        """`left_s`: of its life. Raises ValueError for what `to_bytes` has not made."""
        try:
            status, plain, etag, headers, packed, audience, render_ms, tag_header = msgpack.unpackb(data)
            plain = brotli.decompress(packed) if plain is None else plain
            pairs = [(name, value) for name, value in headers]
            cdn = Cdn((tag_header[0], tag_header[1]), time.monotonic() + left_s) if tag_header else None
        except (ValueError, TypeError, brotli.error, msgpack.UnpackException) as error:
            raise ValueError(f"no stored body: {error}") from error
        return cls(status, plain, etag, pairs, packed, audience, render_ms, cdn)

    def _encode(self, encoding: bytes) -> tuple[bytes, Headers]:
        body = self.plain
        if encoding == b"br" and self.brotli is not None:
            body = self.brotli
        elif encoding == b"gzip":
            body = gzip.compress(self.plain, GZIP_LEVEL, mtime=0)
        said = [(b"content-encoding", encoding)] if encoding else []
        return body, [*self.headers, *said, (b"content-length", str(len(body)).encode())]


def body_of(answer: Answer, security: Headers, render_ms: float, cdn: Cdn | None = None) -> Body:
    """`security` are the headers that every page of the site has."""
    large = len(answer.body) >= COMPRESSED_FROM
    etag = answer.etag.encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-language", answer.language.encode()),
        (b"cache-control", answer.cache_control.encode()),
        (b"vary", b"accept-encoding"),
        (b"etag", etag),
        *([(b"location", answer.location.encode())] if answer.location else []),
        *security,
    ]
    packed = brotli.compress(answer.body, quality=BROTLI_QUALITY) if large else None
    return Body(answer.status, answer.body, etag, headers, packed, answer.audience, render_ms, cdn)
