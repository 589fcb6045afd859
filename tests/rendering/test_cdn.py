"""What a CDN is told about a page."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from apps.caching.cdn_tags import header_of
from apps.caching.conf import conf
from apps.rendering import cdn
from apps.rendering.cdn import cdn_of
from apps.rendering.pages import Answer

PAGE = Answer(200, b"<p>", "en", "public")
TAGS = {UUID(int=1): frozenset({"document.title", "page:/book/a/."})}


@pytest.fixture(autouse=True)
def set_up(monkeypatch):
    endpoints = replace(
        conf, cdn_endpoints=("http://a:80",), cdn_token="t", cdn_stale_s=20, cdn_stale_if_error_s=300
    )
    monkeypatch.setattr(cdn, "conf", endpoints)
    return endpoints


@pytest.fixture
def clock(monkeypatch):
    """Its hands, as a list of one."""
    now = [100.0]
    monkeypatch.setattr(cdn.time, "monotonic", lambda: now[0])
    return now


def test_a_public_page_carries_what_is_left_of_its_life_and_its_tags(clock):
    told = cdn_of(PAGE, TAGS, 60.0)
    clock[0] += 20.5
    assert told.headers("hit") == [
        (b"cdn-cache-control", b"public, s-maxage=39, stale-while-revalidate=20, stale-if-error=300"),
        (b"xkey", header_of(TAGS, 8_000).encode()),
    ]
    clock[0] += 40
    assert told.headers("hit") == []


@pytest.mark.parametrize("said", ["expired", "failed"])
def test_an_answer_that_is_itself_old_is_for_no_cdn(said):
    told = cdn_of(PAGE, TAGS, 60.0)
    assert told.headers(said) == []
    assert [len(told.headers(fresh)) for fresh in ("hit", "miss", "changed")] == [2, 2, 2]


@pytest.mark.parametrize(
    "differs", [{"audience": "members"}, {"status": 404}, {"status": 301}, {"whole": False}], ids=str
)
def test_other_answers_are_for_no_cdn(differs):
    assert cdn_of(replace(PAGE, **differs), TAGS, 60.0) is None


def test_without_a_cdn_nothing_is_said(set_up, monkeypatch):
    monkeypatch.setattr(cdn, "conf", replace(set_up, cdn_endpoints=()))
    assert cdn_of(PAGE, TAGS, 60.0) is None


def test_the_header_has_the_name_that_is_set(set_up, monkeypatch):
    monkeypatch.setattr(cdn, "conf", replace(set_up, cdn_tag_header="Cache-Tag"))
    assert cdn_of(PAGE, TAGS, 60.0).headers("miss")[1][0] == b"cache-tag"


def test_a_page_whose_tags_fit_into_no_header_is_not_for_the_cdn(set_up, monkeypatch, caplog):
    monkeypatch.setattr(cdn, "conf", replace(set_up, cdn_tag_bytes=13))
    assert cdn_of(PAGE, TAGS, 60.0) is None
    assert "fit into no header" in caplog.text
