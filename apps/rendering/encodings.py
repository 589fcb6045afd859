"""Which encoding a reader gets, and packing an answer that leaves bit by bit."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any, Final

import brotli

ACCEPTED_MAX_BYTES: Final = 1_000  # of an Accept-Encoding; a longer one costs more to read than it saves
ACCEPTED_KEPT: Final = 200  # browsers have a handful
BROTLI_QUALITY: Final = 4  # 0.4 ms for 24 KB; 5 takes twice that for a twentieth less
BROTLI_BEST: Final = 11  # more than a hundred times that, for a sixth less: for what is read often
GZIP_LEVEL: Final = 6
GZIP_WINDOW: Final = 31  # 15 bits, with gzip's header


def encoding_for(accepted: bytes) -> bytes:
    """Brotli before gzip before none, as far as an Accept-Encoding allows."""
    return _best(accepted) if 0 < len(accepted) <= ACCEPTED_MAX_BYTES else b""


@lru_cache(maxsize=ACCEPTED_KEPT)
def _best(accepted: bytes) -> bytes:
    weights = _weights(accepted)
    for encoding in (b"br", b"gzip"):
        if weights.get(encoding, weights.get(b"*", 0.0)) > 0:
            return encoding
    return b""


async def packed(chunks: AsyncIterator[bytes], encoding: bytes) -> AsyncIterator[bytes]:
    """Each chunk leaves packed as it comes: nothing of it is held back for the next."""
    if not encoding:
        async for chunk in chunks:
            yield chunk
        return
    packer: Any = brotli.Compressor(quality=BROTLI_QUALITY) if encoding == b"br" else _Gzip()
    async for chunk in chunks:
        yield packer.process(chunk) + packer.flush()
    yield packer.finish()


class _Gzip:
    """As Brotli's compressor is called."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW)

    def process(self, data: bytes) -> bytes:
        return self._packer.compress(data)

    def flush(self) -> bytes:
        return self._packer.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        return self._packer.flush()


def _weights(accepted: bytes) -> dict[bytes, float]:
    weights = {}
    for part in accepted.lower().split(b","):
        name, _, parameter = part.partition(b";")
        _, _, q = parameter.partition(b"q=")
        try:
            weights[name.strip()] = float(q.partition(b";")[0]) if q else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    return weights
