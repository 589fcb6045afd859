"""Stored bodies: which encoding an Accept-Encoding gets, and that each is the same text."""

from __future__ import annotations

import asyncio
import gzip
import random
import zlib

import brotli
import pytest

from apps.rendering import bodies
from apps.rendering.bodies import COMPRESSED_FROM, GZIP_AHEAD_FROM, Body, body_of
from apps.rendering.encodings import ACCEPTED_MAX_BYTES, encoding_for, packed
from apps.rendering.pages import Answer

TEXT = b"<p>Dry socks.</p>" * 100


def body(text: bytes = TEXT, audience: str = "public") -> Body:
    return body_of(Answer(200, text, "en", audience), [(b"x-frame-options", b"DENY")], 1.5)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        (b"", b""),
        (b"br", b"br"),
        (b"gzip", b"gzip"),
        (b"gzip, deflate, br, zstd", b"br"),
        (b"GZIP", b"gzip"),
        (b"Br", b"br"),
        (b"deflate", b""),
        (b"identity", b""),
        (b"*", b"br"),
        (b"*;q=0", b""),
        (b"br;q=0, *", b"gzip"),
        (b"br;q=0, gzip;q=0, *", b""),
        (b"br;q=0", b""),
        (b"br;q=0.0, gzip;q=0.5", b"gzip"),
        (b"br; q=0 , gzip", b"gzip"),
        (b"br;q=0.001", b"br"),
        (b"br;q=x, gzip", b"gzip"),
        (b"br;q=nan, gzip", b"gzip"),
        (b"br;q=-1, gzip", b"gzip"),
        (b"br;Q=0, gzip", b"gzip"),
        (b"br;q=0;x=1, gzip", b"gzip"),
        (b"brx", b""),
        (b"x-gzip", b""),
        (b",,,", b""),
        (b";q=1", b""),
        (b"\xff\x00", b""),
        (b"br," * ACCEPTED_MAX_BYTES, b""),
    ],
)
def test_negotiation(accepted, encoding):
    data, headers = body().encoded(accepted)
    said = dict(headers)
    assert said.get(b"content-encoding", b"") == encoding
    assert said[b"content-length"] == str(len(data)).encode()
    assert said[b"vary"] == b"accept-encoding"
    unpack = {b"": bytes, b"br": brotli.decompress, b"gzip": gzip.decompress}[encoding]
    assert unpack(data) == TEXT


def test_only_three_forms_are_ever_kept():
    stored = body()
    for number in range(100):
        stored.encoded(b"x-%d, br;q=0.%d" % (number, number))
        stored.encoded(b"gzip;q=0.%d" % number)
        stored.encoded(b"x-%d" % number)
    assert set(stored.sent) == {b"", b"br", b"gzip"}


@pytest.mark.parametrize(("size", "packed"), [(COMPRESSED_FROM - 1, False), (COMPRESSED_FROM, True)])
def test_what_is_short_is_not_compressed(size, packed):
    stored = body(b"x" * size)
    for accepted in (b"br", b"gzip"):
        assert (b"content-encoding" in dict(stored.encoded(accepted)[1])) is packed


@pytest.mark.parametrize(("size", "ahead"), [(GZIP_AHEAD_FROM - 1, False), (GZIP_AHEAD_FROM, True)])
def test_what_is_long_is_packed_with_gzip_when_it_is_made_and_weighs_that_much(size, ahead, monkeypatch):
    stored = body(b"x" * size)
    assert stored.brotli is not None
    assert stored.size == size + len(stored.brotli) + len(stored.gzip or b"")
    assert (stored.gzip is not None) is ahead
    made = []
    monkeypatch.setattr(bodies.gzip, "compress", lambda *_text, **_how: made.append(1) or b"zipped")
    data, headers = stored.encoded(b"gzip")
    assert made == ([] if ahead else [1])
    assert dict(headers)[b"content-length"] == str(len(data)).encode()
    assert gzip.decompress(data) == b"x" * size if ahead else data == b"zipped"


def test_every_encoding_has_one_etag_which_is_weak():
    stored = body()
    tags = {dict(stored.encoded(accepted)[1])[b"etag"] for accepted in (b"", b"br", b"gzip")}
    assert len(tags) == 1
    assert tags.pop().startswith(b'W/"')
    assert body(TEXT + b"x").etag != stored.etag


def test_who_may_keep_it():
    assert dict(body().headers)[b"cache-control"] == b"no-cache"
    assert dict(body(audience="members").headers)[b"cache-control"] == b"private, no-cache"


def test_the_same_text_is_the_same_bytes():
    for accepted in (b"br", b"gzip", b""):
        assert body().encoded(accepted) == body().encoded(accepted)


@pytest.mark.parametrize(("accepted", "encoding"), [(b"br", b"br"), (b"gzip", b"gzip"), (b"", b"")])
def test_what_leaves_bit_by_bit_can_be_read_bit_by_bit(accepted, encoding):
    """Each chunk, unpacked as it comes, is all that was sent so far."""

    async def chunks():
        for chunk in (b"<p>Dry", b" socks", b".</p>"):
            yield chunk

    async def read() -> list[bytes]:
        unpack = {b"br": brotli.Decompressor().process, b"gzip": zlib.decompressobj(31).decompress}
        return [unpack.get(encoding, bytes)(chunk) async for chunk in packed(chunks(), encoding)]

    assert encoding_for(accepted) == encoding
    came = asyncio.run(read())
    assert came[:3] == [b"<p>Dry", b" socks", b".</p>"]
    assert b"".join(came[3:]) == b""


def test_what_is_read_often_is_packed_smaller_and_is_the_same_text():
    dice, words = (
        random.Random(1),
        b"door generator dry lit locked radio sledge crevasse spring storm".split(),
    )
    text = b" ".join(dice.choice(words) for _ in range(4000))
    once = body(text)
    quick, _headers = once.encoded(b"br")
    once.pack_best()
    best, headers = once.encoded(b"br")
    assert len(best) < len(quick)
    assert brotli.decompress(best) == text
    assert dict(headers)[b"content-length"] == str(len(best)).encode()
