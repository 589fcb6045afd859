"""POST /-/api/invalidate: a script with a token drops what it names in its own handbook, and nothing else."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.events.models import Event
from apps.rendering import api
from apps.rendering.actions import create_token, revoke_token
from apps.rendering.audit import audit_of
from tests import given
from tests.contract.snapshot import every_table
from tests.rendering.kept import keep

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_minute(monkeypatch):
    """Calls are counted in windows of a minute: none ends within the test."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def owner():
    return given.person()


@pytest.fixture
def book(owner):
    book = given.handbook(owner, "hut", is_public=True)
    home = given.home(book.pk)
    given.page(owner, given.page(owner, home, "Stove", publish=True), "Wood", publish=True)
    given.page(owner, home, "Water", publish=True)
    return book


@pytest.fixture
def token(owner, book):
    return create_token(owner, book.pk, name="Deploy")


@pytest.fixture
def secret(token):
    return token[1]


def call(secret: str | None, body: Any = None, **asked: Any):
    headers = {"Authorization": f"Bearer {secret}"} if secret is not None else {}
    data = body if body is not None else json.dumps(asked)
    answer = Client().post("/-/api/invalidate", data, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def dropped() -> list[tuple[str, ...]]:
    events = Event.objects.filter(type__in=("cache_dropped", "cache_warmed")).order_by("id")
    return [(touch.id, *touch.fields) for event in events for touch in event.touched()]


@pytest.mark.parametrize(
    ("asked", "tag", "reached"),
    [
        ({"url": "/hut/stove/"}, "page:/hut/stove/.", {"/hut/stove/"}),
        ({"url": "https://example.org/hut/stove/?x=1"}, "page:/hut/stove/.", {"/hut/stove/"}),
        ({"below": "/hut/stove/"}, "page:/hut/stove/", {"/hut/stove/", "/hut/stove/wood/"}),
        ({"tag": "page"}, "page", {"/hut/", "/hut/water/", "/hut/stove/", "/hut/stove/wood/"}),
        ({"handbook": "hut"}, "*", {"/hut/", "/hut/water/", "/hut/stove/", "/hut/stove/wood/"}),
    ],
)
def test_exactly_what_is_named_is_dropped(token, asked, tag, reached):
    pages = [keep(f"/hut/{path}") for path in ("", "water/", "stove/", "stove/wood/")]
    row, secret = token
    assert call(secret, **asked) == (200, {"dropped": tag, "state": "changed"})
    assert dropped() == [(tag, "CHANGED")]
    audit = audit_of(pages)
    assert {page.address for page in pages if audit.standing(page).state.name == "CHANGED"} == reached
    assert Event.objects.get(type="cache_dropped").about_id == row.pk  # the audit tells which token


def test_gone_and_warm_are_said_beside_it(secret):
    assert call(secret, url="/hut/water/", gone=True, warm=True)[1]["state"] == "gone"
    assert dropped() == [("page:/hut/water/.", "GONE", "warm")]


def test_the_longest_tag_that_an_event_can_name_is_dropped_alone(secret):
    tag = f"page:/hut/{'x' * 1_450}/."
    assert call(secret, tag=tag) == (200, {"dropped": tag, "state": "changed"})
    assert dropped() == [(tag, "CHANGED")]


@pytest.mark.parametrize("secret", [None, "", "nonsense"])
def test_without_a_token_it_is_401(book, secret):
    before = every_table()
    status, answer = call(secret, url="/hut/water/")
    assert status == 401
    assert answer == {"error": "Send a token that is valid: Authorization: Bearer ..."}
    assert every_table() == before


def test_another_scheme_is_no_token(secret):
    headers = {"Authorization": f"Basic {secret}"}
    answer = Client().post("/-/api/invalidate", "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 401


def test_a_revoked_token_is_none(owner, book, token):
    row, secret = token
    assert call(secret, url="/hut/water/")[0] == 200
    revoke_token(owner, book.pk, row.pk)
    assert call(secret, url="/hut/water/")[0] == 401
    assert len(dropped()) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"url": "/other/"},
        {"below": "/other/water/"},
        {"handbook": "other"},
        {"url": "/nowhere/at-all/"},  # a token does not tell whether there is such a handbook
        {"handbook": "nowhere"},
    ],
)
def test_another_handbook_is_403_and_logged(token, asked, caplog):
    given.handbook(given.person(), "other")
    before = every_table()
    row, secret = token
    assert call(secret, **asked) == (403, {"error": "This token is for another handbook."})
    assert every_table() == before
    (said,) = [record.getMessage() for record in caplog.records if record.name == "apps.rendering.api"]
    asked_for = "other" if "other" in str(asked) else "nowhere"
    assert said == f"Token {row.pk} of /hut/ asked for /{asked_for}/"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"tag": "document.colour"}, "“document.colour” is no tag. Allowed are *, and entity, entity.column"),
        ({"tag": "ducks"}, "“ducks” is no tag."),
        ({"url": "/hut/nowhere/"}, "There is no page at “/hut/nowhere/”."),
        ({"below": "/hut/nowhere/"}, "There is no page at “/hut/nowhere/”."),
        ({"url": "/hut/-/settings/"}, "There is no shared page at “/hut/-/settings/”."),
        ({}, "Name exactly one of url, below, tag and handbook, as text."),
        ({"url": "/hut/", "tag": "*"}, "Name exactly one of url, below, tag and handbook, as text."),
        ({"tag": ["*"]}, "Name exactly one of url, below, tag and handbook, as text."),
        ({"colour": "red"}, "“colour” is not allowed here: below, gone, handbook, tag, url, warm."),
        ({"url": "http://["}, "“http://[” is no address."),
        ({"below": "//["}, "“//[” is no address."),
        ({"handbook": "//["}, "“//[” is no address."),
        ({"url": "/hut/\ud800/"}, "“/hut/\ud800/” is no address."),
        ({"url": "/hut/%00/"}, "“/hut/%00/” is no address."),
        ({"tag": "page:/hut/\ud800/"}, "“page:/hut/\ud800/” is no tag."),
        ({"tag": "page:/hut/\0/"}, "“page:/hut/\0/” is no tag."),
        ({"tag": f"page:/hut/{'x' * 1_600}/."}, "The tag is too long; name one above it."),
        ({"tag": "page:/hut/" + "\x01" * 400}, "The tag is too long; name one above it."),
        ({"url": "/hut/water/", "gone": "no"}, "“gone” is true or false."),
        ({"url": "/hut/water/", "warm": 1}, "“warm” is true or false."),
        ({"url": "/hut/water/", "gone": None}, "“gone” is true or false."),
    ],
)
def test_what_is_unknown_is_named_and_nothing_is_dropped(secret, asked, said):
    before = every_table()
    status, answer = call(secret, **asked)
    assert status == 422
    assert answer["error"].startswith(said)
    assert every_table() == before


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "The body is not JSON: "),
        ("[]", "The body is no JSON object."),
        ("[" * 10_000, "The body is not JSON: "),
        (json.dumps({"url": "x" * 10_001}), "The body has more than 10000 bytes."),
    ],
)
def test_a_body_that_is_none_is_422(secret, body, said):
    status, answer = call(secret, body)
    assert status == 422
    assert answer["error"].startswith(said)
    assert dropped() == []


@pytest.mark.usefixtures("one_minute")
def test_too_many_calls_of_a_token_are_429_and_others_may(owner, book, secret, monkeypatch):
    monkeypatch.setattr(api, "CALLS_A_MINUTE", 2)
    statuses = [call(secret, url="/hut/water/")[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert len(dropped()) == 2
    _row, other = create_token(owner, book.pk, name="Other")
    assert call(other, url="/hut/water/")[0] == 200


@pytest.mark.usefixtures("one_minute")
def test_guessing_is_429_after_some_tries_and_does_not_lock_the_token_out(secret):
    tries = count()
    statuses = [call(f"guess-{next(tries)}", url="/hut/water/")[0] for _ in range(api.TRIES_A_MINUTE + 1)]
    assert statuses == [401] * api.TRIES_A_MINUTE + [429]
    assert call(secret, url="/hut/water/")[0] == 200


def test_only_posts_are_taken(secret):
    assert Client().get("/-/api/invalidate").status_code == 405
