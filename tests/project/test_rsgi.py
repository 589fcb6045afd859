"""Over RSGI the site says what it says over ASGI: a server of each kind on one database."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection

import pytest

from apps.rendering.positions import COOKIE
from project.conf import conf
from tests.services.rsgi import RsgiSite
from tests.services.site import Site
from tests.services.visitor import PASSWORD, PATIENCE_S, save, sign_in, visitor

pytestmark = pytest.mark.sqlite_only(reason="What is on the wire is the same over any database.")

EMAIL = "anna@example.org"
MAKE = f"""
from django.test import Client
from apps.accounts.actions import create_person
from apps.accounts.people import Actor
from tests import given
user = create_person(email={EMAIL!r}, name="Anna", password={PASSWORD!r})
for slug, is_public in (("book", True), ("ours", False)):
    book = given.handbook(Actor(user.pk), slug, is_public=is_public)
    page = given.page(Actor(user.pk), given.home(book.pk), "Radio", "Call *twice*. " * 100, publish=True)
    if is_public:
        print(page.pk)
client = Client()
client.force_login(user)
print(client.cookies["sessionid"].value)
"""
OWN = ("server", "server-timing", "date", "set-cookie")  # a token in a cookie is another each time
FRAMING = ("transfer-encoding", "content-length")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


def ask(site: Site, method: str, target: str, said: list[str], body: bytes = b"") -> Answer:
    """`said` are header lines; without one for it the host is the right one."""
    lines = said if any(line.startswith("Host:") for line in said) else ["Host: 127.0.0.1", *said]
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE_S)) as connection:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for line in lines:
            name, _, value = line.partition(": ")
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders(body)
        answer = connection.getresponse()
        headers = [(name.lower(), value) for name, value in answer.getheaders()]
        return Answer(
            answer.status, sorted(pair for pair in headers if pair[0] not in (*OWN, *FRAMING)), answer.read()
        )


class Both:
    """`page` is the id of /book/radio/; `cookie` is of who may read /ours/radio/ as well."""

    def __init__(self, asgi: Site, rsgi: Site) -> None:
        self.asgi, self.rsgi = asgi, rsgi
        self.page, session = asgi.python(MAKE).split()
        self.cookie = f"Cookie: sessionid={session}"


@pytest.fixture(scope="module")
def both(new_site) -> Iterator[Both]:
    asgi = new_site()
    rsgi = RsgiSite(asgi.folder, database_url=asgi.env["DATABASE_URL"])
    made = Both(asgi, rsgi)
    with asgi, rsgi:
        yield made
    assert "Application callable raised" not in rsgi.log()


COOKIE_LINE = "Cookie: of a member"


@pytest.mark.parametrize("state", ["cold", "warm"])
@pytest.mark.parametrize(
    ("method", "target", "said", "status"),
    [
        ("GET", "/book/radio/", [], 200),
        ("GET", "/book/radio/", ["Accept-Encoding: br"], 200),
        ("GET", "/book/radio/", ["Accept-Encoding: gzip;q=0.5", "Accept-Encoding: br;q=0"], 200),
        ("HEAD", "/book/radio/", ["Accept-Encoding: br"], 200),
        ("GET", "/book/radio/", ["If-None-Match: *"], 304),
        ("GET", "/book/radio/", ['If-None-Match: W/"x"'], 200),
        ("GET", "/book/radio/", ["X-Name: \xe9"], 200),
        ("GET", "/book/r%61dio/?utm=x", [], 200),
        ("GET", "http://evil.example/book/radio/", ["Host: 127.0.0.1"], 200),
        ("GET", "/book/radio/", ["Host: evil.example"], 400),
        ("GET", "/book/radio/", ["Host: 127.0.0.1", "Host: evil.example"], 400),
        ("GET", "/book/radio", [], 301),
        ("GET", "/book/nothing/", [], 404),
        ("GET", "/book/%ff/", [], 404),
        ("GET", "/book/-/search/?q=caf%C3%A9", [], 200),
        ("GET", "/ours/radio/", [], 404),
        ("GET", "/ours/radio/", [COOKIE_LINE], 200),
        ("GET", "/ours/radio/", ["Cookie: a=b", COOKIE_LINE], 200),
        ("GET", "/ours/radio/", [COOKIE_LINE, "If-None-Match: *"], 304),
        ("GET", "/-/account/", [], 302),
        ("POST", "/book/radio/", ["Content-Length: 0"], 403),
    ],
)
def test_what_is_asked_is_answered_alike(both: Both, method, target, said, status, state):
    lines = [both.cookie if line == COOKIE_LINE else line for line in said]
    asgi, rsgi = (ask(site, method, target, lines) for site in (both.asgi, both.rsgi))
    assert [asgi.status, rsgi.status] == [status, status]
    assert asgi == rsgi


def test_a_save_gives_the_position_and_shows_with_the_next_request(both: Both):
    with visitor(both.rsgi.url) as anna:
        sign_in(anna, EMAIL)
        assert "twice" in anna.get("/book/radio/").text
        save(anna, "book", both.page, "Call *once*.")
        assert COOKIE in anna.cookies
        answer = anna.get("/book/radio/")
        assert (answer.status_code, "once" in answer.text) == (200, True)
    assert b"once" in ask(both.rsgi, "GET", "/book/radio/", []).body
    assert b"once" in ask(both.asgi, "GET", "/book/radio/", [f"Cookie: {COOKIE}={10**9}"]).body


def test_a_file_comes_up_whole_and_goes_down_whole_and_in_part(both: Both):
    data = os.urandom(3_000_000)
    with visitor(both.rsgi.url) as anna:
        sign_in(anna, EMAIL)
        token = {"csrfmiddlewaretoken": anna.cookies["csrftoken"]}
        up = anna.post(
            "/book/-/media/",
            data=token,
            files={"file": ("a.bin", data)},
            headers={"Accept": "application/json"},
        )
        assert up.status_code == 201, up.text
        url = f"/book{up.json()['url']}"
        down = anna.get(url)
        assert (down.status_code, down.content == data) == (200, True)
        assert down.headers["content-length"] == str(len(data))
        part = anna.get(url, headers={"Range": "bytes=1000-1999"})
        assert (part.status_code, part.content == data[1000:2000]) == (206, True)


def chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * 1_000_000


def test_a_body_over_the_limit_is_refused_declared_or_not(both: Both):
    most = conf.max_body_bytes
    assert ask(both.rsgi, "POST", "/-/sign-in/", [f"Content-Length: {most + 1}"]).status == 413
    with visitor(both.rsgi.url) as anna:
        assert anna.post("/-/sign-in/", content=chunks(most // 1_000_000 + 1)).status_code == 413


def test_senders_who_leave_in_the_middle_leave_a_site_as_it_was(both: Both):
    good = ask(both.rsgi, "GET", "/book/", [])
    head = b"POST /-/sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n"
    for sent in (head, head + b"x" * 50_000, b"GET /-/account/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"):
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", both.rsgi.port)) as gone:
                gone.sendall(sent)
    assert ask(both.rsgi, "GET", "/book/", []) == good


def test_a_socket_is_refused(both: Both):
    upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    answer = ask(both.rsgi, "GET", "/book/radio/", [*upgrade, "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="])
    assert answer.status == 403


def test_what_rsgi_cannot_say_is_as_if_it_was_not_sent(both: Both):
    assert ask(both.rsgi, "GET", "/ours/radio/", [f"{both.cookie}; name=\xe9"]).status == 404
