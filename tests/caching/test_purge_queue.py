"""The queue of purges, and who empties it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.caching import purge_queue, purge_sender
from apps.caching.cdn_tags import EVERYTHING, name_of
from apps.caching.conf import conf
from apps.caching.models import Purge
from apps.caching.purge_backends import PurgeError, Varnish
from apps.caching.purge_sender import Endpoint, SenderThread, parts_of
from apps.caching.tags import ROOT, key_tag
from apps.events.models import Event
from apps.events.touches import Touch
from tests.services.postgresql import free_port

A, B = "http://a:80", "http://b:80"
BOOK = UUID(int=1)
PATIENCE_S = 30

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cdn(monkeypatch):
    set_up = replace(conf, cdn_endpoints=(A, B), cdn_token="t", cdn_response_s=7, cdn_retry_cap_s=5)
    for module in (purge_queue, purge_sender):
        monkeypatch.setattr(module, "conf", set_up)
    monkeypatch.setattr("apps.caching.management.commands.purge_queue.conf", set_up)
    return set_up


def event(*touches: Touch) -> Event:
    return Event(
        stream_id=BOOK, position=1, type="x", operation_id=uuid4(), at=timezone.now(),
        touches=[touch.to_json() for touch in touches],
    )  # fmt: skip


def put(endpoint: str, *tags: str, soft: bool = False, in_s: float = -1) -> Purge:
    due_at = timezone.now() + timedelta(seconds=in_s)
    return Purge.objects.create(endpoint=endpoint, tags=" ".join(tags), soft=soft, due_at=due_at)


def waits() -> set[tuple[str, bool, str]]:
    return {(row.endpoint, row.soft, row.tags) for row in Purge.objects.all()}


class Backend:
    """Acknowledges, unless it is told to fail so many times."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.purged: list[tuple[bool, list[str]]] = []

    def purge(self, tags: Sequence[str], *, soft: bool) -> None:
        if self.failures:
            self.failures -= 1
            raise PurgeError("away")
        self.purged.append((soft, list(tags)))


class TestEnqueueing:
    def test_a_change_is_purged_at_once_when_all_have_heard_and_after_the_longest_answer(self):
        before = timezone.now()
        purge_queue.enqueue(event(Touch("page", "~", ("title",), "1")))
        rows = list(Purge.objects.filter(endpoint=A).order_by("due_at"))
        assert [round((row.due_at - before).total_seconds()) for row in rows] == [0, 1, 7]
        assert {row.tags for row in rows} == {" ".join(sorted(purge_queue.tags_of(rows)))}
        assert {row.soft for row in rows} == {False}
        assert {name_of(BOOK, key_tag("page", "id", 1, "title")), name_of(BOOK, ROOT)} < purge_queue.tags_of(
            rows
        )
        assert Purge.objects.filter(endpoint=B).count() == 3

    def test_what_is_expired_is_purged_softly_and_once(self):
        purge_queue.enqueue(event(Touch("tag", "~", ("EXPIRED",), "page:/book/a/.")))
        soft = Purge.objects.filter(endpoint=A, soft=True)
        assert [name_of(BOOK, "page:/book/a/.") in row.tags.split() for row in soft] == [True]

    def test_without_a_cdn_nothing_waits(self, cdn, monkeypatch):
        monkeypatch.setattr(purge_queue, "conf", replace(cdn, cdn_endpoints=()))
        purge_queue.enqueue(event(Touch("page", "~", ("title",), "1")))
        assert waits() == set()


class TestSending:
    def test_what_is_due_goes_out_once_equal_tags_together(self):
        put(A, "x", "y"), put(A, "y", "z"), put(A, "s", "x", soft=True), put(A, "later", in_s=60), put(B, "b")
        backend = Backend()
        Endpoint(A, backend, lambda: 0.0).send_due()
        assert backend.purged == [(False, ["x", "y", "z"]), (True, ["s"])]
        assert waits() == {(A, False, "later"), (B, False, "b")}

    def test_what_fails_waits_merged_and_is_tried_again_later_each_time(self):
        put(A, "x", "y"), put(A, "y"), put(A, "s", soft=True)
        now = 0.0
        backend = Backend(failures=5)
        endpoint = Endpoint(A, backend, lambda: now)
        tried = []
        for now in range(40):
            left = backend.failures
            endpoint.send_due()
            if backend.failures != left or not waits():
                tried.append(now)
            if not waits():
                break
            assert waits() == {(A, False, "x y"), (A, True, "s")}
        assert tried == [0, 1, 3, 7, 12, 17]
        assert backend.purged == [(False, ["x", "y"]), (True, ["s"])]

    def test_a_purge_that_failed_says_so(self):
        put(A, "x")
        Endpoint(A, Backend(failures=1), lambda: 0.0).send_due()
        row = Purge.objects.get()
        assert (row.attempts, row.error) == (1, "PurgeError: away")
        out = StringIO()
        call_command("purge_queue", stdout=out)
        assert out.getvalue().splitlines() == [
            "http://a:80 hard, 1 tags, due since 1 s, tried 1 times: PurgeError: away",
            "1 purges of 1 tags wait.",
        ]

    def test_more_than_one_header_holds_goes_out_in_parts(self):
        names = {f"name{number:04}" for number in range(100)}
        parts = list(parts_of(names, 98))
        assert [len(" ".join(part)) for part in parts] == [98] * 9 + [8]
        assert sorted(name for part in parts for name in part) == sorted(names)

    def test_endpoints_that_are_gone_are_forgotten(self):
        put(A, "x"), put("http://old:80", "x")
        purge_queue.forget_others((A, B))
        assert waits() == {(A, False, "x")}


class TestCommand:
    def test_everything_can_be_purged(self):
        out = StringIO()
        call_command("purge_queue", "--everything", stdout=out)
        assert {tags for _, _, tags in waits()} == {EVERYTHING}
        assert out.getvalue().splitlines()[-1] == "6 purges of 1 tags wait."

    def test_without_a_cdn_it_says_so(self, cdn, monkeypatch):
        path = "apps.caching.management.commands.purge_queue.conf"
        monkeypatch.setattr(path, replace(cdn, cdn_endpoints=()))
        with pytest.raises(CommandError, match="CAIRN_CACHING_CDN_ENDPOINTS is empty"):
            call_command("purge_queue")


class TestVarnish:
    """The backend, against something that answers as it is told."""

    @pytest.fixture
    def answering(self):
        asked: list[tuple[str, str, dict[str, str]]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_PURGE(self) -> None:
                asked.append((self.command, self.path, dict(self.headers.items())))
                self.send_response(403 if self.headers["cairn-token"] == "wrong" else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()
        server.server_close()

    def test_names_go_out_in_one_header_with_the_token(self, answering):
        url, asked = answering
        Varnish(url, "t").purge(["a", "b"], soft=False)
        Varnish(url, "t").purge(["c"], soft=True)
        assert [(method, path) for method, path, _ in asked] == [("PURGE", "/")] * 2
        assert [headers["cairn-token"] for _, _, headers in asked] == ["t", "t"]
        assert asked[0][2]["xkey-purge"] == "a b"
        assert asked[1][2]["xkey-softpurge"] == "c"
        assert "xkey-purge" not in asked[1][2]

    def test_a_refusal_is_no_acknowledgement(self, answering):
        with pytest.raises(PurgeError, match="answered 403 Forbidden"):
            Varnish(answering[0], "wrong").purge(["a"], soft=False)

    def test_an_endpoint_that_is_away_is_told_by_name(self):
        url = f"http://127.0.0.1:{free_port()}"
        with pytest.raises(PurgeError, match=f"{url}: .*refused"):
            Varnish(url, "t").purge(["a"], soft=False)


@pytest.mark.django_db(transaction=True)
def test_the_thread_sends_only_while_it_may():
    """In the process that holds the relay's lock."""
    sent, asked = threading.Event(), threading.Semaphore(0)
    allowed = threading.Event()

    class Telling(Backend):
        def purge(self, tags: Sequence[str], *, soft: bool) -> None:
            assert allowed.is_set()
            super().purge(tags, soft=soft)
            sent.set()

    def may_send() -> bool:
        asked.release()
        return allowed.is_set()

    put(A, "x")
    backend = Telling()
    thread = SenderThread({A: backend}, may_send)
    thread.start()
    assert asked.acquire(timeout=PATIENCE_S)
    allowed.set()
    thread.wake()
    assert sent.wait(PATIENCE_S)
    thread.stop()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert (backend.purged, waits()) == ([(False, ["x"])], set())
