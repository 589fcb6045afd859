"""Static files are answered before Django: compressed, cacheable by their hash, and nothing else is."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
import pytest

from project.static import CHUNK_BYTES, StaticFiles

CSS = b"body { color: green }\n" * 200
PLAIN_AGE, HASHED_AGE = "max-age=3600, public", "max-age=315360000, public, immutable"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    chunks: int


@pytest.fixture(params=[False, True], ids=["production", "development"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> StaticFiles:
    dist = tmp_path / "dist"
    (dist / "entries").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    for name in ("entries/site-ABCD2345.css", "plain.css"):
        (dist / name).write_bytes(CSS)
        (dist / f"{name}.gz").write_bytes(gzip.compress(CSS))
        (dist / f"{name}.br").write_bytes(brotli.compress(CSS))
    (dist / "big-ABCD2345.bin").write_bytes(b"x" * (2 * CHUNK_BYTES + 1))
    (dist / "page.html").write_text("<script>alert(1)</script>")
    return StaticFiles(behind, "/-/static/", {"": dist}, autorefresh=request.param)


async def behind(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind: Django, elsewhere."""
    await send({"type": "http.response.start", "status": 404, "headers": [(b"x-from", b"behind")]})
    await send({"type": "http.response.body", "body": b"behind"})


def ask(app: StaticFiles, path: str, method: str = "GET", **headers: str) -> Answer:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    lines = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": lines}
    asyncio.run(app(scope, receive, send))
    start, *parts = sent
    assert not parts[-1].get("more_body")
    return Answer(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        b"".join(part["body"] for part in parts),
        len([part for part in parts if part["body"]]),
    )


def test_a_name_with_its_hash_may_be_kept_for_ever(app: StaticFiles):
    answer = ask(app, "/-/static/entries/site-ABCD2345.css")
    assert (answer.status, answer.body) == (200, CSS)
    assert answer.headers["cache-control"] == HASHED_AGE
    assert answer.headers["content-type"] == 'text/css; charset="utf-8"'
    assert answer.headers["content-length"] == str(len(CSS))


def test_a_name_without_a_hash_is_kept_for_an_hour(app: StaticFiles):
    assert ask(app, "/-/static/plain.css").headers["cache-control"] == PLAIN_AGE


@pytest.mark.parametrize(
    ("accepts", "encoding", "decode"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
    ],
)
def test_the_smallest_readable_copy_is_sent(app: StaticFiles, accepts: str, encoding: Any, decode: Any):
    answer = ask(app, "/-/static/entries/site-ABCD2345.css", accept_encoding=accepts)
    assert answer.headers.get("content-encoding") == encoding
    assert decode(answer.body) == CSS
    assert answer.headers["vary"] == "Accept-Encoding"


def test_head_has_the_headers_of_get_and_no_body(app: StaticFiles):
    get = ask(app, "/-/static/plain.css", accept_encoding="br")
    head = ask(app, "/-/static/plain.css", "HEAD", accept_encoding="br")
    assert (head.status, head.headers, head.body) == (200, get.headers, b"")


def test_what_the_browser_has_already_is_not_sent_again(app: StaticFiles):
    first = ask(app, "/-/static/plain.css")
    again = ask(app, "/-/static/plain.css", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_every_file_is_taken_for_what_it_is_called(app: StaticFiles):
    for path in ("plain.css", "page.html", "big-ABCD2345.bin"):
        assert ask(app, f"/-/static/{path}").headers["x-content-type-options"] == "nosniff"


def test_a_large_file_is_sent_in_pieces(app: StaticFiles):
    answer = ask(app, "/-/static/big-ABCD2345.bin")
    assert (len(answer.body), answer.chunks) == (2 * CHUNK_BYTES + 1, 3)


@pytest.mark.parametrize(
    "path",
    [
        "/-/static/nothing.css",
        "/-/static/",
        "/-/static/entries",
        "/-/static/entries/",
        "/-/static/../secret.txt",
        "/-/static/entries/../../secret.txt",
        "/-/static//etc/passwd",
        "/-/static/..%2fsecret.txt",
        "/-/static/..\\secret.txt",
        "/-/static/\0",
        "/elsewhere/plain.css",
        "/plain.css",
    ],
)
def test_everything_else_goes_on(app: StaticFiles, path: str):
    answer = ask(app, path)
    assert (answer.status, answer.headers, answer.body) == (404, {"x-from": "behind"}, b"behind")


def test_only_reading_is_answered(app: StaticFiles):
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert ask(app, "/-/static/plain.css", method).headers == {"x-from": "behind"}


def test_a_file_that_comes_later_is_found_in_development_alone(app: StaticFiles, tmp_path: Path):
    (tmp_path / "dist" / "late.css").write_bytes(CSS)
    assert ask(app, "/-/static/late.css").status == (200 if app.files.autorefresh else 404)
