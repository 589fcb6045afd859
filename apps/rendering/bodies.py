"""The stored form of an answer: bytes for each encoding and headers, ready to leave."""

from __future__ import annotations

import gzip
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

import brotli
import msgpack

from .asking import Asked, matches
from .cdn import Cdn
from .encodings import BROTLI_BEST, BROTLI_QUALITY, GZIP_LEVEL, encoding_for
from .pages import Answer

Headers = list[tuple[bytes, bytes]]
COMPRESSED_FROM: Final = 400  # bytes; less does not get smaller
GZIP_AHEAD_FROM: Final = 50_000  # bytes; so much takes 10 ms, which an event loop should not
UNCHANGED: Final = "304", b""


@dataclass(slots=True)
class Leaving:
    """An answer as it leaves a server: `data`, or before them what comes in `chunks`."""

    status: int
    headers: Headers
    data: bytes = b""
    chunks: AsyncIterator[bytes] | None = None
    _text: list[tuple[str, str]] | None = None

    @property
    def text_headers(self) -> list[tuple[str, str]]:
        """For a server that takes them as text, and tells the length of `data` itself."""
        if self._text is None:
            self._text = [
                (name.decode(), value.decode("latin-1"))
                for name, value in self.headers
                if name != b"content-length" or not self.data
            ]
        return self._text


@dataclass(slots=True)
class Body:
    """Made once, then only read; gzip of what is short when the first asks for it."""

    status: int
    plain: bytes
    etag: bytes
    headers: Headers  # that every encoding has
    brotli: bytes | None
    gzip: bytes | None
    audience: str
    render_ms: float
    cdn: Cdn | None = None  # for a CDN, besides `headers`; None: it must not keep this
    is_best: bool = False  # packed as small as can be
    sent: dict[bytes, tuple[bytes, Headers]] = field(default_factory=dict)
    hits: dict[tuple[str, bytes], Leaving] = field(default_factory=dict, compare=False)

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.brotli or b"") + len(self.gzip or b"")

    def hit(self, asked: Asked) -> Leaving:
        """As it leaves from memory: made for the first, and the same for all who ask alike."""
        form = self._form(asked)
        found = self.hits.get(form)
        if found is None:
            found = self.hits[form] = self._leaving(form, [(b"server-timing", b'cache;desc="hit"')])
        if self.cdn is None:
            return found
        return Leaving(found.status, [*found.headers, *self.cdn.headers("hit")], found.data)

    def leaving(self, asked: Asked, said: str, took_ms: float) -> Leaving:
        """As it leaves once it was made, or looked for where that takes time."""
        timing = (b"server-timing", b'cache;desc="%s";dur=%.2f' % (said.encode(), took_ms))
        return self._leaving(self._form(asked), [timing, *(self.cdn.headers(said) if self.cdn else ())])

    def encoded(self, accepted: bytes) -> tuple[bytes, Headers]:
        """Bytes and headers for an Accept-Encoding."""
        return self._encoded(self._encoding(accepted))

    def pack_best(self) -> None:
        """Once, on a thread that has the time; who reads meanwhile gets what is there."""
        if self.brotli is not None and not self.is_best:
            self.is_best = True
            self.brotli = brotli.compress(self.plain, quality=BROTLI_BEST)
            self.sent.pop(b"br", None)
            self.hits.clear()

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
                self.gzip,
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
            status, plain, etag, headers, packed, zipped, audience, render_ms, tag_header = msgpack.unpackb(
                data
            )
            plain = brotli.decompress(packed) if plain is None else plain
            pairs = [(name, value) for name, value in headers]
            cdn = Cdn((tag_header[0], tag_header[1]), time.monotonic() + left_s) if tag_header else None
        except (ValueError, TypeError, brotli.error, msgpack.UnpackException) as error:
            raise ValueError(f"no stored body: {error}") from error
        return cls(status, plain, etag, pairs, packed, zipped, audience, render_ms, cdn)

    def _encoding(self, accepted: bytes) -> bytes:
        return b"" if self.brotli is None else encoding_for(accepted)

    def _form(self, asked: Asked) -> tuple[str, bytes]:
        if asked.has and self.status == 200 and matches(asked.has, self.etag):
            return UNCHANGED
        return asked.method, self._encoding(asked.accepts)

    def _leaving(self, form: tuple[str, bytes], more: Headers) -> Leaving:
        if form == UNCHANGED:
            return Leaving(304, [*(each for each in self.headers if each[0] != b"content-type"), *more], b"")
        method, encoding = form
        data, headers = self._encoded(encoding)
        return Leaving(self.status, [*headers, *more], b"" if method == "HEAD" else data)

    def _encoded(self, encoding: bytes) -> tuple[bytes, Headers]:
        found = self.sent.get(encoding)
        if found is None:
            found = self.sent[encoding] = self._encode(encoding)
        return found

    def _encode(self, encoding: bytes) -> tuple[bytes, Headers]:
        body = self.plain
        if encoding == b"br" and self.brotli is not None:
            body = self.brotli
        elif encoding == b"gzip":
            body = _gzip(self.plain) if self.gzip is None else self.gzip
        said = [(b"content-encoding", encoding)] if encoding else []
        return body, [*self.headers, *said, (b"content-length", str(len(body)).encode())]


def body_of(answer: Answer, security: Headers, render_ms: float, cdn: Cdn | None = None) -> Body:
    """On a reader thread. `security` are the headers that every page of the site has."""
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
    zipped = _gzip(answer.body) if len(answer.body) >= GZIP_AHEAD_FROM else None
    return Body(answer.status, answer.body, etag, headers, packed, zipped, answer.audience, render_ms, cdn)


def _gzip(text: bytes) -> bytes:
    return gzip.compress(text, GZIP_LEVEL, mtime=0)
