"""What leaves at the edge and what goes on to Django, to the byte."""

from __future__ import annotations

import logging
import threading

import pytest
from django.test import override_settings

from apps.caching.process import absent, memory
from apps.caching.tags import above
from apps.documents.actions.places import move_document
from apps.documents.actions.publishing import unpublish_document
from apps.documents.actions.saving import save_document
from apps.documents.models import Document
from apps.documents.models.document import LEVELS_MAX
from apps.rendering import keeping
from apps.rendering.edge import Edge
from tests import given
from tests.rendering.asking import HOST, Asker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner():
    return given.person(name="Olga")


@pytest.fixture
def guide(owner):
    book = given.handbook(owner, "guide", is_public=True)
    given.page(owner, given.home(book.pk), "Radio", "Call *twice*.", publish=True)
    return book


def save(owner, document: Document, source: str) -> None:
    base = Document.objects.get(pk=document.pk)
    save_document(owner, document.pk, title=base.title, source=source, base_revision_id=base.revision_id)


def test_a_page_is_made_once_and_then_leaves_from_memory(ask, guide):
    assert ask.get("/guide/radio/").said == "miss"
    first, second = ask.warm("/guide/radio/"), ask.get("/guide/radio/")
    assert [first.status, second.status] == [200, 200]
    assert [first.said, second.said] == ["hit", "hit"]
    assert first.body == second.body
    assert "Call <em>twice</em>." in first.text
    assert first["cache-control"] == "no-cache"
    assert first["vary"] == "accept-encoding"
    assert first["content-language"] == "en"
    assert first["content-length"] == str(len(first.body))
    assert first["content-type"] == "text/html; charset=utf-8"
    assert first["set-cookie"] == ""
    assert first["x-frame-options"] == "DENY"
    assert "default-src 'self'" in first["content-security-policy"]


def test_a_save_shows_with_the_next_request(ask, owner, guide):
    radio = Document.objects.get(slug="radio")
    old = ask.warm("/guide/radio/")
    save(owner, radio, "Call *once*.")
    new = ask.get("/guide/radio/", if_none_match=old["etag"])
    assert (new.status, new.said) == (200, "changed")
    assert "Call <em>once</em>." in new.text
    assert "Call <em>once</em>." in ask.warm("/guide/radio/").text


def test_what_is_kept_below_a_tag_is_found_on_a_reader_thread_and_made_anew(ask, owner, guide, monkeypatch):
    ask.warm("/guide/radio/")
    save(owner, Document.objects.get(slug="radio"), "Call *once*.")
    looked = set()

    def noted(tag: str) -> tuple[str, ...]:
        looked.add(threading.current_thread().name.partition("_")[0])
        return above(tag)

    monkeypatch.setattr(keeping, "above", noted)
    ask.runner.run(ask.app._keeper.warm(guide.pk, "page:/guide/"))
    assert looked == {"reader"}
    shown = ask.get("/guide/radio/")
    assert (shown.said, "Call <em>once</em>." in shown.text) == ("hit", True)


def test_what_is_unpublished_is_gone_with_the_next_request(ask, owner, guide):
    ask.get("/guide/radio/")
    unpublish_document(owner, Document.objects.get(slug="radio").pk)
    assert ask.get("/guide/radio/").status == 404


def test_head_has_the_headers_of_get_and_no_body(ask, guide):
    get = ask.warm("/guide/radio/", accept_encoding="br")
    head = ask.ask("HEAD", "/guide/radio/", headers={"accept-encoding": "br"})
    assert (head.status, head.body, head.said) == (200, b"", "hit")
    timed = "server-timing"
    assert {pair for pair in head.headers if pair[0] != timed.encode()} == {
        pair for pair in get.headers if pair[0] != timed.encode()
    }


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("{etag}", 304),
        ("{strong}", 304),  # compared weakly
        ('"x", {etag}', 304),
        ('W/"x" ,\t{etag}, "y"', 304),
        ("*", 304),
        (" * ", 304),
        ('"x"', 200),
        ("", 200),
        ("{bare}", 200),
        ('"*"', 200),
        ("W/", 200),
    ],
)
def test_if_none_match(ask, guide, said, status):
    etag = ask.warm("/guide/radio/")["etag"]
    assert etag.startswith('W/"')
    strong = etag.removeprefix("W/")
    reply = ask.get(
        "/guide/radio/", if_none_match=said.format(etag=etag, strong=strong, bare=strong.strip('"'))
    )
    assert reply.status == status
    if status == 304:
        assert (reply.body, reply["content-type"], reply["content-length"]) == (b"", "", "")
        assert (reply["etag"], reply["cache-control"], reply["vary"]) == (etag, "no-cache", "accept-encoding")


def test_a_condition_does_not_turn_a_404_into_a_304(ask, guide):
    missing = ask.get("/guide/nothing/")
    assert missing.status == 404
    assert ask.get("/guide/nothing/", if_none_match=missing["etag"]).status == 404
    assert ask.get("/guide/nothing/", if_none_match="*").status == 404


@pytest.mark.parametrize(
    "target",
    [
        "/guide/radio/?utm_source=x",
        "/guide/radio/?",
        "/guide/radio/?&&",
        "/guide/radio/?q=other&page=2",
        "/guide/radio/?__proto__=1;x=2",
        "/guide/r%61dio/",
        "/guide/%72adio/",
        "/guide%2Fradio%2F",
    ],
)
def test_one_page_has_one_stored_body(ask, guide, target):
    plain = ask.warm("/guide/radio/")
    again = ask.get(target)
    assert (again.said, again.body) == ("hit", plain.body)
    assert len(memory) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("q=call", "q=call&x=1"),
        ("q=call&page=2", "page=2&q=call"),
        ("q=call", "q=call&page="),
        ("q=radio&q=call", "q=call"),
        ("q=call+twice", "q=call%20twice"),
        ("q=%63all", "q=call"),
        ("", "q=&page="),
        ("q=call&q=", ""),
        ("q=" + "x" * 600, "q=" + "x" * 500),
        ("q=call;page=2", "q=call%3Bpage%3D2"),
        ("q=caf\xc3\xa9", "q=caf%C3%A9"),
    ],
)
def test_queries_that_say_the_same_share_one_body(ask, guide, one, other):
    first = ask.get(f"/guide/-/search/?{one}")
    second = ask.get(f"/guide/-/search/?{other}")
    assert (first.status, first.said, second.said) == (200, "miss", "hit")
    assert second.body == first.body


@pytest.mark.parametrize(
    ("one", "other"), [("q=call", "q=Call"), ("q=a", "Q=a"), ("q=a&page=1", "q=a&page=2")]
)
def test_queries_that_say_something_else_do_not(ask, guide, one, other):
    ask.get(f"/guide/-/search/?{one}")
    assert ask.get(f"/guide/-/search/?{other}").said == "miss"


@pytest.mark.parametrize("query", ["q=\xff", "q=" + "x" * 2_000, "q=%00", "q=%ff%fe", "page=9" * 300])
def test_an_odd_query_breaks_nothing(ask, guide, query):
    assert ask.get(f"/guide/-/search/?{query}").status in (200, 400, 414)
    assert ask.get("/guide/-/search/").status == 200


def test_the_edge_and_the_view_answer_alike(ask, guide):
    for target in (
        "/guide/",
        "/guide/radio/",
        "/guide/-/tree/",
        "/guide/-/search/?q=a&q=",
        "/guide/-/changes/",
    ):
        edge, view = ask.get(target), ask.ask("GET", target, root_path="/")
        assert (edge.said, view.said) == ("miss", "")
        assert edge.text == view.text
        assert edge["etag"] == view["etag"]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "",
        "127.0.0.1:80:80",
        "a b",
        "\xff",
    ],
)
def test_a_wrong_host_is_for_django_to_refuse(ask, guide, host):
    ask.get("/guide/radio/")
    reply = ask.get("/guide/radio/", host=host)
    assert (reply.status, reply.said) == (400, "")
    assert host == "" or host.encode("latin-1") not in reply.body


def test_a_host_that_is_said_twice_is_refused(ask, guide):
    ask.get("/guide/radio/")
    for pairs in ([(b"host", b"evil.example")], [(b"host", HOST.encode())]):
        assert ask.ask("GET", "/guide/radio/", pairs=pairs).status == 400


def test_the_port_of_a_host_does_not_matter(ask, guide):
    ask.warm("/guide/radio/", host="127.0.0.1:8000")
    assert ask.get("/guide/radio/", host="localhost:9").said == "hit"


SECURE = override_settings(
    SECURE_SSL_REDIRECT=True, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")
)


@pytest.mark.parametrize(
    ("scheme", "protos", "passes"),
    [
        ("http", [], False),
        ("https", [], True),
        ("http", ["https"], True),
        ("http", ["https, http"], True),
        ("http", ["http, https"], False),
        ("http", ["http", "https"], False),
        ("http", ["https", "http"], True),
        ("https", ["http"], False),
        ("http", ["HTTPS"], False),
        ("http", ["nothttps"], False),
    ],
)
def test_the_scheme_is_judged_as_django_judges_it(transactional_db, ask, guide, scheme, protos, passes):
    with SECURE:
        from django.core.asgi import get_asgi_application

        secure = Asker(Edge(get_asgi_application()))
        pairs = [(b"x-forwarded-proto", proto.encode()) for proto in protos]
        reply = secure.ask("GET", "/guide/radio/", pairs=pairs, scheme=scheme)
        secure.close()
    if passes:
        assert (reply.status, reply.said) == (200, "miss")
        assert reply["strict-transport-security"] == ""  # Asker's settings: no HSTS seconds
    else:
        assert (reply.status, reply.said) == (301, "")
        assert reply["location"] == f"https://{HOST}/guide/radio/"


def test_a_root_path_is_for_django(ask, guide):
    ask.get("/guide/radio/")
    assert ask.ask("GET", "/guide/radio/", root_path="/below").said == ""


@pytest.mark.parametrize(
    ("target", "status", "location"),
    [
        ("/guide/radio", 301, "/guide/radio/"),
        ("/guide/radio?x=1", 301, "/guide/radio/?x=1"),
        ("/guide", 301, "/guide/"),
        ("//guide/radio/", 404, ""),
        ("/guide//radio/", 404, ""),
        ("/guide/radio//", 404, ""),
        ("/guide/./radio/", 404, ""),
        ("/guide/x/../radio/", 404, ""),
        ("/guide/%2e%2e/guide/radio/", 404, ""),
        ("/Guide/radio/", 404, ""),
        ("/guide/Radio/", 404, ""),
        ("/guide/radio/;x.js/", 404, ""),
        ("/guide/radio/%00/", 404, ""),
        ("/guide/radio/%0a/", 404, ""),
        ("/guide/radio%0d%0aSet-Cookie:x=1/", 404, ""),
        ("/guide/radio/%ff/", 404, ""),
        ("/guide/r%c3%a4dio/", 404, ""),
        ("/guide/ra\u0301dio/".encode().decode("latin-1"), 404, ""),
        ("/guide/" + "x" * 60_000 + "/", 404, ""),
        ("/guide/" + "x/" * 30_000, 404, ""),
        ("/-/", 404, ""),
        ("/./", 404, ""),
    ],
)
def test_odd_addresses(ask, guide, target, status, location):
    plain = ask.warm("/guide/radio/").body
    for _ in range(2):
        reply = ask.get(target)
        assert (reply.status, reply["location"]) == (status, location)
    again = ask.get("/guide/radio/")
    assert (again.said, again.body) == ("hit", plain)


def test_addresses_too_long_for_any_page_are_not_remembered(ask, guide):
    ask.get("/guide/" + "x" * 5_000 + "/")
    ask.get("/guide/" + "x/" * 2_500)
    assert (len(memory), len(absent)) == (0, 0)


def test_addresses_deeper_than_any_page_are_not_remembered(ask, guide):
    deepest = "/guide/" + "x/" * LEVELS_MAX
    assert (ask.get(deepest).said, len(absent)) == ("miss", 1)
    reply = ask.get(deepest + "x/")
    assert (reply.status, reply.said, len(absent)) == (404, "", 1)


def test_what_is_not_there_is_kept_apart(ask, guide):
    first, second = ask.get("/guide/nothing/"), ask.get("/guide/nothing/")
    assert [first.status, second.status] == [404, 404]
    assert [first.said, second.said] == ["miss", "hit"]
    assert (len(memory), len(absent)) == (0, 1)
    assert first["cache-control"] == "no-cache"


def test_a_page_that_appears_where_nothing_was_is_there_at_once(ask, owner, guide):
    assert ask.get("/guide/tent/").status == 404
    given.page(owner, given.home(guide.pk), "Tent", "Dry.", publish=True)
    assert ask.get("/guide/tent/").status == 200
    assert ask.warm("/guide/tent/").status == 200


def test_a_moved_page_leads_on_and_is_not_stored(ask, owner, guide):
    given.readdress(owner, Document.objects.get(slug="radio").pk, slug="wireless")
    for _ in range(2):
        reply = ask.get("/guide/radio/")
        assert (reply.status, reply["location"], reply.said) == (301, "/guide/wireless/", "miss")
    assert len(memory) == 0


def test_a_body_on_a_get_changes_nothing(ask, guide):
    plain = ask.get("/guide/-/search/?q=call")
    fat = ask.ask(
        "GET", "/guide/-/search/?q=call", body=b"q=poison",
        headers={"content-type": "application/x-www-form-urlencoded", "content-length": "8"},
    )  # fmt: skip
    assert (fat.said, fat.body) == ("hit", plain.body)


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PURGE", "get", "GET "]
)
def test_other_methods_get_nothing_that_is_stored(ask, guide, method):
    ask.get("/guide/radio/")
    reply = ask.ask(method, "/guide/radio/")
    assert reply.said == ""
    assert reply.status in ((403, 405) if method != "get" else (200,))  # which Django takes for GET
    assert len(memory) == 1


def test_a_handbook_at_an_address_that_another_had_shows_its_own(ask, owner, guide):
    from apps.tenants.actions import change_handbook

    assert "Radio" in ask.get("/guide/").text
    change_handbook(owner, guide.pk, slug="old-guide")
    assert ask.get("/guide/").status == 404
    other = given.handbook(given.person(name="Other"), "guide", is_public=True)
    assert other.pk != guide.pk
    assert "Radio" not in ask.get("/guide/").text
    assert ask.get("/guide/radio/").status == 404
    assert "Radio" in ask.get("/old-guide/").text
    assert "Radio" not in ask.get("/guide/").text


def test_many_at_once_render_once(ask, guide, monkeypatch):
    from apps.documents.views.reading import document

    made = []
    make = document.make
    monkeypatch.setattr(document, "make", lambda *given: made.append(1) or make(*given))
    replies = ask.together(["/guide/radio/"] * 50)
    assert {reply.status for reply in replies} == {200}
    assert all("Call <em>twice</em>." in reply.text for reply in replies)
    assert len(made) == 1


def test_a_page_that_cannot_be_made_is_an_error_page_and_nothing_is_stored(ask, guide, monkeypatch, caplog):
    from apps.documents.views.reading import document

    def fail(*_given, **_named):
        raise ZeroDivisionError

    monkeypatch.setattr(document, "function", fail)
    with caplog.at_level(logging.CRITICAL):
        reply = ask.get("/guide/radio/")
    assert reply.status == 500
    assert reply.said == ""
    assert (len(memory), len(absent)) == (0, 0)


def test_a_move_changes_addresses_and_nothing_else(ask, owner, guide):
    home = given.home(guide.pk)
    one = given.page(owner, home, "One", publish=True)
    two = given.page(owner, home, "Two", publish=True)
    assert ask.get("/guide/two/").status == 200
    move_document(owner, two.pk, parent_id=one.pk, after_id=None)
    assert ask.get("/guide/two/").status == 301
    assert ask.get("/guide/one/two/").status == 200
