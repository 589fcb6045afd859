"""A page that streams: its parts come as they get ready, and are stopped when nobody waits for them."""

from __future__ import annotations

import re

from apps.rendering.conf import conf
from tests.rendering.following import NATIVE, SlowSite

ALL_FREE = {"free": conf.part_threads, "connections": 0}


def test_the_shell_comes_first_and_parts_out_of_order_each_in_a_chunk(slow_site: SlowSite):
    with slow_site.follow("/-/slow/?parts=one,two,three", **NATIVE) as page:
        page.until("three is coming")
        assert "is here" not in page.seen
        assert len(page.chunks[0]) >= 1_024
        for name in ("three", "one", "two"):
            slow_site.open(name)
            page.until(f"&lt;{name}&gt; is here")
        assert "The end of the text" not in page.seen
        page.rest()
    arrived = re.findall(r'<template for="(\w+)">', page.seen)
    assert arrived == ["three", "one", "two"]
    assert [chunk.count("is here") for chunk in page.chunks] == [0, 1, 1, 1, 0]
    assert page.seen.rstrip().endswith("</html>")


def test_status_and_headers_are_settled_before(slow_site: SlowSite):
    with slow_site.follow("/-/slow/?parts=head") as page:
        headers = page.response.headers
        assert page.response.status_code == 200
        assert headers["cache-control"] == "private, no-store"
        assert headers["x-accel-buffering"] == "no"
        assert re.fullmatch(r"shell;dur=\d+\.\d\d", headers["server-timing"])
        assert "content-length" not in headers
        assert "etag" not in headers
        slow_site.open("head")
        page.rest()


def test_a_browser_that_moves_no_templates_gets_elements_it_can_show(slow_site: SlowSite):
    slow_site.open("plain")
    for brands in ("", '"Chromium";v="149"', '"Firefox";v="160"'):
        with slow_site.follow("/-/slow/?parts=plain", **{"Sec-CH-UA": brands}) as page:
            html = page.rest()
        assert "<template for=" not in html
        assert '<cairn-part for="plain"><section><h2>plain</h2>' in html
        assert html.index("<cairn-part for") > html.index("later-")  # its script is there before


def test_a_part_that_fails_or_is_late_shows_its_fallback_and_its_siblings_come(slow_site: SlowSite):
    slow_site.open("failing", "sound")
    with slow_site.follow("/-/slow/?parts=failing,tooslow,sound", **NATIVE) as page:
        html = page.rest()
    parts = dict(re.findall(r'<template for="(\w+)">(.*?)</template>', html, re.DOTALL))
    assert sorted(parts) == ["failing", "sound", "tooslow"]
    assert "&lt;sound&gt; is here" in parts["sound"]
    for name in ("failing", "tooslow"):
        assert f"<h2>Title of {name}</h2>" in parts[name]
        assert "This part could not be shown just now." in parts[name]
        assert "as the test wants it" not in parts[name]
    slow_site.open("tooslow")
    assert slow_site.outcome("tooslow") == "done"
    log = slow_site.site.log()
    assert "The part 'failing' failed: its fallback is shown" in log
    assert "ValueError: as the test wants it" in log
    assert "The part 'tooslow' took over 0.05 s: its fallback is shown" in log


def test_a_head_request_starts_no_part(slow_site: SlowSite):
    answer = slow_site.get("/-/slow/?parts=unasked", "HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["cache-control"] == "private, no-store"
    slow_site.open("unasked")
    assert slow_site.threads() == ALL_FREE


def test_a_reader_who_leaves_stops_what_was_asked_for_them(slow_site: SlowSite):
    with slow_site.follow("/-/slow/?parts=query,then", **NATIVE) as page:
        page.until("query is coming")
        slow_site.wait_begun("query")
        slow_site.wait_begun("then")
    assert slow_site.outcome("query") == "OperationalError"  # in the middle of the statement
    slow_site.open("then")
    assert slow_site.outcome("then") == "StoppedError"  # at the next statement
    assert slow_site.threads() == ALL_FREE


def test_parts_that_wait_for_a_thread_are_not_begun_for_who_has_left(slow_site: SlowSite):
    busy = [f"busy{number}" for number in range(conf.part_threads)]
    with slow_site.follow(f"/-/slow/?parts={','.join([*busy, 'queued'])}", **NATIVE) as page:
        page.until("queued is coming")
        for name in busy:
            slow_site.wait_begun(name)
    slow_site.open(*busy)
    assert slow_site.threads() == ALL_FREE
    slow_site.open("queued")
    with slow_site.follow("/-/slow/?parts=queued") as page:
        assert "&lt;queued&gt; is here" in page.rest()


def test_a_late_query_is_stopped_and_frees_its_thread(slow_site: SlowSite):
    with slow_site.follow("/-/slow/?parts=latequery", **NATIVE) as page:
        page.rest()
    assert slow_site.outcome("latequery") == "OperationalError"
    assert slow_site.threads() == ALL_FREE
