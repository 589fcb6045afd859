"""manage.py invalidate: what it names is dropped; what is unknown is named, and nothing is dropped."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.events.models import Event
from apps.rendering import pages
from tests import given
from tests.contract.snapshot import every_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    owner = given.person()
    book = given.handbook(owner, "hut")
    given.page(owner, given.home(book.pk), "Water", publish=True)
    return book


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("invalidate", *arguments, stdout=out)
    return out.getvalue()


def dropped() -> list[tuple[str, ...]]:
    events = Event.objects.filter(type__in=("cache_dropped", "cache_warmed")).order_by("id")
    return [(touch.id, *touch.fields) for event in events for touch in event.touched()]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--url", "/hut/water/"), ("page:/hut/water/.", "CHANGED")),
        (("--url", "hut/water/", "--gone"), ("page:/hut/water/.", "GONE")),
        (("--below", "/hut/", "--renew"), ("page:/hut/", "EXPIRED")),
        (("--tag", "hut", "document.title", "--warm"), ("document.title", "CHANGED", "warm")),
        (("--handbook", "hut"), ("*", "CHANGED")),
    ],
)
def test_what_is_named_is_dropped(book, arguments, expected):
    assert run(*arguments) == f"{expected[1].lower()}: {expected[0]} of {book.pk}\n"
    assert dropped() == [expected]
    assert Event.objects.get(type="cache_dropped").actor_id is None


def test_a_page_is_looked_for_and_not_rendered(book, monkeypatch):
    def refuse(*_given, **_named):
        raise AssertionError("rendered")

    monkeypatch.setattr(pages, "render_to_string", refuse)
    run("--url", "/hut/water/")
    assert dropped() == [("page:/hut/water/.", "CHANGED")]
    with pytest.raises(CommandError, match="/hut/wine/"):
        run("--url", "/hut/wine/")


def test_all_is_every_handbook(book):
    other = given.handbook(given.person(), "other")
    out = run("--all")
    assert sorted(out.splitlines()) == sorted(f"changed: * of {id}" for id in (book.pk, other.pk))
    assert {event.stream_id for event in Event.objects.filter(type="cache_dropped")} == {book.pk, other.pk}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--url", "/hut/nowhere/"), "There is no page at “/hut/nowhere/”."),
        (("--url", "/-/account/"), "There is no shared page at “/-/account/”."),
        (("--below", "/nowhere/"), "There is no handbook “nowhere”."),
        (("--tag", "hut", "duck"), "“duck” is no tag. Allowed are *, and entity,"),
        (("--tag", "nowhere", "*"), "There is no handbook “nowhere”."),
        (("--handbook", "nowhere"), "There is no handbook “nowhere”."),
    ],
)
def test_what_is_unknown_is_named_and_nothing_is_dropped(book, arguments, said):
    before = every_table()
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert str(refused.value).startswith(f"Nothing was dropped. {said}")
    assert every_table() == before


@pytest.mark.parametrize(
    "arguments", [(), ("--all", "--handbook", "hut"), ("--handbook", "hut", "--gone", "--renew")]
)
def test_it_must_be_clear_what_is_meant(book, arguments):
    with pytest.raises(CommandError):
        run(*arguments)
    assert dropped() == []
