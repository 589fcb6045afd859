"""A real Varnish in front of a running site, with the VCL that is shipped."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from uuid import uuid4

import httpx
import pytest

from tests.integration.behind_varnish import WITHIN_S, Book, Stack, enter, keep, seconds_until, started
from tests.services.postgresql import free_port
from tests.services.sites import Sites
from tests.services.varnish import TOKEN, Varnish
from tests.services.visitor import cdn, quiet, save, send, until, visitor


@pytest.fixture(scope="module")
def stack(new_site: Sites) -> Iterator[Stack]:
    with started(new_site) as made:
        yield made


@pytest.fixture
def reader(stack: Stack) -> Iterator[httpx.Client]:
    """Somebody without cookies, through Varnish."""
    with visitor(stack.varnish.url) as client:
        yield client


@pytest.fixture
def olga(stack: Stack) -> Iterator[httpx.Client]:
    """An editor, through Varnish as well."""
    with visitor(stack.varnish.url) as client:
        yield client


def purge(varnish: Varnish, token: str = TOKEN, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.request("PURGE", varnish.url, headers={"cairn-token": token, **named}, trust_env=False)


def test_a_public_page_comes_from_varnish_and_says_nothing_of_it_to_browsers(stack, reader):
    book = stack.book()
    first, second = reader.get(book.water), keep(reader, book.water)
    direct = httpx.get(stack.site.url + book.water, trust_env=False)
    assert (cdn(first), first.status_code) == ("miss", 200)
    assert (second.status_code, second.content) == (200, direct.content)
    assert second.headers["cache-control"] == "no-cache"
    for name in ("xkey", "cdn-cache-control", "age", "via", "x-varnish", "set-cookie"):
        assert name not in first.headers
        assert name not in second.headers
    assert direct.headers["cdn-cache-control"].startswith("public, s-maxage=3")
    assert "cairn" in direct.headers["xkey"].split(" ")
    again = reader.get(book.water, headers={"If-None-Match": second.headers["etag"]})
    assert (again.status_code, again.content, cdn(again)) == (304, b"", "hit")
    head = reader.head(book.water)
    assert (head.status_code, head.headers["etag"], cdn(head)) == (200, second.headers["etag"], "hit")


def test_a_reader_who_is_signed_in_is_given_the_same_copy(stack, reader, olga):
    book = stack.book()
    enter(olga)
    kept = keep(reader, book.water)
    shown = olga.get(book.water)
    assert (cdn(shown), shown.content) == ("hit", kept.content)


def test_after_a_save_the_page_is_new_within_a_second_and_others_are_still_hits(stack, reader, olga):
    book = stack.book()
    enter(olga)
    keep(reader, book.water, book.stove)
    save(olga, book.slug, book.water_id, "Carried up from the spring.")
    assert seconds_until(reader, book.water, "Carried up from the spring.") < WITHIN_S
    quiet(stack.site)
    assert cdn(reader.get(book.stove)) == "hit"
    assert "Carried up from the spring." in keep(reader, book.water).text


def test_a_new_title_is_shown_by_the_pages_beside_it(stack, reader, olga):
    book = stack.book()
    enter(olga)
    assert "Drinking water" not in keep(reader, book.stove).text
    form = {"title": "Drinking water", "source": "x", "message": "", "operation_id": str(uuid4())}
    page = olga.get(f"/{book.slug}/-/edit/{book.water_id}/").text
    base = page.partition('name="base_revision" value="')[2].partition('"')[0]
    send(olga, f"/{book.slug}/-/edit/{book.water_id}/", base_revision=base, **form)
    assert seconds_until(reader, book.stove, "Drinking water") < WITHIN_S


def test_what_is_unpublished_is_gone_within_a_second(stack, reader, olga):
    book = stack.book()
    enter(olga)
    assert keep(reader, book.water).status_code == 200
    olga.get(f"/{book.slug}/-/edit/{book.water_id}/")
    assert send(olga, f"/{book.slug}/-/unpublish/{book.water_id}/").status_code == 302
    began = time.monotonic()
    until(lambda: reader.get(book.water).status_code, lambda status: status == 404, "it to be gone")
    assert time.monotonic() - began < WITHIN_S
    quiet(stack.site)
    assert reader.get(book.water).status_code == 404


def test_a_handbook_that_closes_is_gone_within_a_second(stack, reader):
    book = stack.book()
    keep(reader, book.water)
    stack.site.python(
        "from apps.accounts.people import SYSTEM; from apps.tenants.models import Handbook\n"
        "from apps.tenants.actions import change_handbook\n"
        f"change_handbook(SYSTEM, Handbook.objects.get(slug={book.slug!r}).pk, is_public=False)"
    )
    began = time.monotonic()
    until(lambda: reader.get(book.water).status_code, lambda status: status != 200, "it to be closed")
    assert time.monotonic() - began < WITHIN_S


def test_pages_of_a_handbook_for_members_are_never_kept(stack, reader, olga):
    book = stack.book(public=False)
    enter(olga)
    shown = [olga.get(book.water) for _ in range(3)]
    assert [answer.status_code for answer in shown] == [200, 200, 200]
    assert {cdn(answer) for answer in shown} <= {"miss", "pass"}
    assert "The text of Water." in shown[0].text
    assert "xkey" not in httpx.get(stack.site.url + book.water, cookies=dict(olga.cookies)).headers
    for _ in range(3):
        answer = reader.get(book.water)
        assert answer.status_code != 200
        assert "The text of Water." not in answer.text
        assert cdn(answer) in ("miss", "pass")


def test_personal_pages_are_never_kept(stack, reader, olga):
    book = stack.book()
    enter(olga)
    for path in ("/-/account/", f"/{book.slug}/-/bar/", f"/{book.slug}/-/drafts/"):
        mine, others = olga.get(path), reader.get(path)
        assert {cdn(mine), cdn(others), cdn(olga.get(path))} <= {"miss", "pass"}
        assert mine.content != others.content


def test_a_request_with_a_position_passes_and_leaves_nothing_behind(stack, reader, olga):
    book = stack.book()
    enter(olga)
    keep(reader, book.water)
    wrote = {"Cookie": "a=b; cairn-at=7"}
    assert cdn(reader.get(book.water, headers=wrote)) == "pass"
    assert cdn(reader.get(book.stove, headers=wrote)) == "pass"
    assert cdn(reader.get(book.stove)) == "miss"
    assert cdn(reader.get(book.water, headers={"Cookie": "not-cairn-at=7; theme=dark"})) == "hit"
    save(olga, book.slug, book.water_id, "Hers at once.")
    assert "cairn-at" in olga.cookies
    own = olga.get(book.water)
    assert ("Hers at once." in own.text, cdn(own)) == (True, "pass")


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, BR ;q=0.5", "br"),
        ("br;q=0, gzip", "gzip"),
        ("gzip", "gzip"),
        ("gzip;q=0.0", ""),
        ("brotli", ""),
        ("identity", ""),
    ],
)
def test_there_is_one_copy_for_each_encoding(stack, encoded_book, reader, accepts, encoding):
    answer = keep(reader, encoded_book.water, **{"Accept-Encoding": accepts})
    assert answer.headers.get("content-encoding", "") == encoding
    assert "The text of Water." in answer.text
    assert answer.headers["vary"] == "accept-encoding"


@pytest.fixture(scope="module")
def encoded_book(stack: Stack) -> Book:
    return stack.book()


def test_what_is_expired_is_served_once_more(stack, reader):
    book = stack.book()
    keep(reader, book.water, book.stove)
    stack.site.manage("invalidate", "--url", book.water, "--renew")
    quiet(stack.site)
    old = reader.get(book.water)
    assert (cdn(old), "The text of Water." in old.text) == ("expired", True)
    keep(reader, book.water)
    assert cdn(reader.get(book.stove)) == "hit"


def test_what_is_dropped_by_hand_is_purged_with_all_below_it(stack, reader):
    book, other = stack.book(), stack.book()
    paths = (book.water, book.stove, other.water)
    keep(reader, *paths)
    stack.site.manage("invalidate", "--below", f"/{book.slug}/")
    quiet(stack.site)
    assert [cdn(reader.get(path)) for path in paths] == ["miss", "miss", "hit"]
    keep(reader, *paths)
    stack.site.manage("invalidate", "--tag", book.slug, "document")
    quiet(stack.site)
    assert [cdn(reader.get(path)) for path in paths] == ["miss", "miss", "hit"]
    keep(reader, *paths)
    printed = stack.site.manage("purge_queue", "--everything")
    assert "hard, 1 tags" in printed
    quiet(stack.site)
    assert [cdn(reader.get(path)) for path in paths] == ["miss", "miss", "miss"]


def test_purges_are_taken_from_those_who_may_alone(stack, reader):
    book = stack.book()
    keep(reader, book.water)
    assert purge(stack.varnish, token="guessed", xkey_purge="cairn").status_code == 403
    assert purge(stack.varnish, token="", xkey_purge="cairn").status_code == 403
    assert purge(stack.varnish).status_code == 400
    assert cdn(reader.get(book.water)) == "hit"
    assert purge(stack.varnish, xkey_purge="cairn").status_code == 200
    assert cdn(reader.get(book.water)) == "miss"


def test_the_token_alone_does_not_purge(stack):
    with Varnish(stack.site.port, purgers="192.0.2.1") as varnish:
        assert purge(varnish, xkey_purge="cairn").status_code == 403


def test_while_the_site_is_away_readers_are_given_the_old_page(new_site):
    with started(new_site, CAIRN_CACHING_CDN_STALE_S="0") as stack:
        book = stack.book()
        with visitor(stack.varnish.url) as reader:
            kept = keep(reader, book.water)
            assert purge(stack.varnish, xkey_softpurge="cairn").text == "Purged 1\n"
            assert cdn(reader.get(book.water)) == "miss"  # no time to be stale while the site answers
            purge(stack.varnish, xkey_softpurge="cairn")
            stack.site.stop()
            old = until(
                lambda: reader.get(book.water), lambda answer: answer.status_code == 200, "the old page"
            )
            assert (cdn(old), old.content) == ("expired", kept.content)
            assert reader.get(book.stove).status_code == 503


class Ailing(ThreadingHTTPServer):
    """A site that is well when it is asked how it is; its pages are as `ails` says, and carry a number."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.ails = ""
        self.asked = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.shutdown()
        self.server_close()


class _Answering(BaseHTTPRequestHandler):
    server: Ailing
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        site = self.server
        if self.path == "/-/health/":
            self._say(200, b"well", {})
            return
        site.asked += 1
        if site.ails == "closes":
            self.close_connection = True
        elif site.ails:
            self._say(500, b"ails", {"Cache-Control": "no-cache"})
        else:
            life = "public, s-maxage=60, stale-while-revalidate=0, stale-if-error=300"
            headers = {"CDN-Cache-Control": life, "Cache-Control": "no-cache", "xkey": "page"}
            self._say(200, b"page %d" % site.asked, headers)

    def _say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.mark.parametrize("ails", ["fails", "closes"])
def test_while_the_site_fails_and_no_probe_has_noticed_readers_are_given_the_old_page(ails):
    with Ailing() as site, Varnish(site.server_port) as varnish, visitor(varnish.url) as reader:
        assert reader.get("/a/").text == "page 1"
        assert purge(varnish, xkey_softpurge="page").text == "Purged 1\n"
        site.ails = ails
        for _ in range(2):
            old = reader.get("/a/")
            assert (old.status_code, old.text, cdn(old)) == (200, "page 1", "expired")
        assert reader.get("/b/").status_code == (500 if ails == "fails" else 503)
        site.ails = ""
        assert reader.get("/a/").text not in ("page 1", "ails")


def test_too_many_tags_are_rolled_up_and_purge_all_the_same(new_site):
    with started(new_site, CAIRN_CACHING_CDN_TAG_BYTES="200") as stack:
        book = stack.book()
        direct = httpx.get(stack.site.url + book.water, trust_env=False)
        assert len(direct.headers["xkey"]) <= 200
        with visitor(stack.varnish.url) as reader, visitor(stack.varnish.url) as olga:
            enter(olga)
            keep(reader, book.water)
            save(olga, book.slug, book.water_id, "Rolled up, and new.")
            assert seconds_until(reader, book.water, "Rolled up, and new.") < WITHIN_S


class Way:
    """A port that leads to Varnish only while it is open."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._target = target
        self._listener: socket.socket | None = None

    def open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=_copy, args=(source, sink), daemon=True).start()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError), source:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def test_a_purge_waits_until_varnish_can_be_reached_whatever_becomes_of_the_site(new_site):
    site = new_site()
    varnish = Varnish(site.port)
    way = Way(varnish.port)
    site.env |= varnish.settings | {
        "CAIRN_CACHING_CDN_ENDPOINTS": way.url,
        "CAIRN_CACHING_CDN_RETRY_CAP_S": "1",
        "CAIRN_CACHING_CDN_RESPONSE_S": "1",
    }
    way.open()
    with site, varnish, visitor(varnish.url) as reader, visitor(site.url) as olga:
        book = Stack(site, varnish).book()
        way.close()
        enter(olga)
        keep(reader, book.water)
        save(olga, book.slug, book.water_id, "Late, but not lost.")
        until(
            lambda: site.manage("purge_queue"),
            lambda text: re.search(r"tried ([2-9]|\d\d) times: PurgeError", text),
            "two tries",
        )
        site.kill()
        assert "Late, but not lost." not in reader.get(book.water).text
        site.start()
        assert cdn(reader.get(book.water)) == "hit"
        way.open()
        seconds_until(reader, book.water, "Late, but not lost.")
        quiet(site)
        assert site.manage("purge_queue") == "0 purges of 0 tags wait.\n"
        way.close()
