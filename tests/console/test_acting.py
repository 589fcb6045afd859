"""Renewing, dropping and warming by hand: the right events, a question where it is much, progress."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.actions import create_person
from apps.accounts.people import Actor
from apps.events.models import Event
from apps.events.tracked import tracked_models
from apps.rendering.models import CachedPage
from tests import given
from tests.accounts.shown import errors, fields
from tests.console.conftest import browser_of
from tests.console.shown import elements, main_text
from tests.contract.snapshot import every_table
from tests.rendering.kept import keep

ACT = "/-/console/hut/act/"
ALLOWED_TAGS = (
    "Allowed are *, and entity, entity.column or entity[key=value].column of "
    f"{', '.join(model.entity for model in tracked_models())}."
)


def events() -> list[tuple[str, ...]]:
    found = Event.objects.filter(type__in=("cache_dropped", "cache_warmed")).order_by("id")
    return [(event.type, touch.id, *touch.fields) for event in found for touch in event.touched()]


def do(client, which="page", value="/hut/water/", fate="drop", **more):
    return client.post(ACT, {"which": which, "value": value, "fate": fate, **more})


@pytest.mark.parametrize(
    ("fate", "type", "fields"),
    [
        ("renew", "cache_dropped", ("EXPIRED", "warm")),
        ("drop", "cache_dropped", ("CHANGED",)),
        ("gone", "cache_dropped", ("GONE",)),
        ("warm", "cache_warmed", ("warm",)),
    ],
)
@pytest.mark.parametrize(
    ("which", "value", "tag"),
    [
        ("page", "/hut/water/", "page:/hut/water/."),
        ("page", " http://testserver/hut/water/?x=1 ", "page:/hut/water/."),
        ("below", "/hut/stove/", "page:/hut/stove/"),
        ("tag", "document.title", "document.title"),
        ("tag", "*", "*"),
    ],
)
def test_each_is_an_event_of_whoever_did_it(owner, at_hut, which, value, tag, fate, type, fields):
    answer = do(at_hut, which, value, fate, confirmed="yes")
    event = Event.objects.get(type__in=("cache_dropped", "cache_warmed"))
    assert answer["Location"] == f"/-/console/hut/progress/{event.operation_id}/"
    assert events() == [(type, tag, *fields)]
    assert event.actor_id == owner.id


def test_a_page_that_readers_may_no_longer_see_can_be_dropped_while_it_is_listed(at_hut):
    keep("/hut/water/")
    CachedPage.objects.update(address="/hut/once-here/?q=1")
    assert do(at_hut, value="/hut/once-here/?q=1").status_code == 302
    assert events() == [("cache_dropped", "page:/hut/once-here/.", "CHANGED")]


@pytest.mark.parametrize(
    ("which", "value", "fate", "expected"),
    [
        ("page", "/hut/zebra/", "drop", "Address or tag: There is no page at “/hut/zebra/”."),
        ("below", "/hut/zebra/", "drop", "Address or tag: There is no page at “/hut/zebra/”."),
        ("page", "//[", "drop", "Address or tag: “//[” is no address."),
        ("below", "http://[x", "drop", "Address or tag: “http://[x” is no address."),
        ("page", "/hut/%00/", "drop", "Address or tag: “/hut/%00/” is no address."),
        ("page", "/hut/-/bin/", "drop", "Address or tag: There is no shared page at “/hut/-/bin/”."),
        (
            "page",
            "/other/",
            "drop",
            "Address or tag: “/other/” is not in this handbook: its addresses begin with /hut/",
        ),
        (
            "tag",
            "document.colour",
            "drop",
            f"Address or tag: “document.colour” is no tag. {ALLOWED_TAGS}",
        ),
        ("tag", f"page:/hut/{'x' * 1_600}/", "drop", "The tag is too long; name one above it."),
        ("page", "", "drop", "Address or tag: Say which: an address that begins with /, or a tag."),
        (
            "page",
            "/hut/water/",
            "burn",
            "What is to become of them: Select a valid choice. burn is not one of the available choices.",
        ),
        (
            "all",
            "/hut/water/",
            "drop",
            "Which pages: Select a valid choice. all is not one of the available choices.",
        ),
    ],
)
def test_what_is_refused_is_named_and_what_was_typed_is_kept(at_hut, which, value, fate, expected):
    given.handbook(given.person(), "other")
    before = every_table()
    answer = do(at_hut, which, value, fate)
    assert (answer.status_code, errors(answer)) == (422, [expected])
    assert fields(answer)["value"] == value
    assert every_table() == before


def test_a_link_fills_the_form(at_hut):
    page = at_hut.get(ACT, {"which": "below", "value": "/hut/stove/", "fate": "warm"})
    assert fields(page) == {"which": "below", "value": "/hut/stove/", "fate": "warm"}


@pytest.mark.parametrize(("which", "value"), [("handbook", ""), ("tag", "*")])
def test_the_whole_handbook_asks_first_and_tells_how_many_pages(at_hut, which, value):
    keep("/hut/water/")
    keep("/hut/stove/")
    before = every_table()
    question = do(at_hut, which, value, "gone")
    assert question.status_code == 200
    assert "It concerns 2 cached pages, all that is kept of “Guide”." in main_text(question)
    assert every_table() == before
    hidden = fields(question)
    assert hidden == {"which": "handbook", "fate": "gone"}
    assert at_hut.post(ACT, {**hidden, "confirmed": "yes"}).status_code == 302
    assert events() == [("cache_dropped", "*", "GONE")]


def test_everything_asks_first_and_is_one_operation_over_all_handbooks(book):
    given.handbook(given.person(), "other", is_public=True)
    keep("/hut/water/")
    keep("/other/")
    staff = Actor(create_person(email=given.address(), name="", password=None, staff=True).pk)
    client = browser_of(staff)
    address = "/-/console/-/everything/"
    before = every_table()
    assert client.post(address, {"fate": "burn"}).status_code == 422
    question = client.post(address, {"fate": "renew"})
    assert "It concerns 2 cached pages of all 2 handbooks." in main_text(question)
    assert every_table() == before
    answer = client.post(address, {"fate": "renew", "confirmed": "yes"})
    assert events() == [("cache_dropped", "*", "EXPIRED", "warm")] * 2
    (operation,) = set(Event.objects.filter(type="cache_dropped").values_list("operation_id", flat=True))
    assert answer["Location"] == f"/-/console/-/progress/{operation}/"
    assert progress(client, answer["Location"]) == (0, 2)
    keep("/other/")
    assert progress(client, answer["Location"]) == (1, 2)
    assert client.get(f"{answer['Location']}now/").status_code == 200


def progress(client, address: str) -> tuple[int, int]:
    found = re.search(r"(\d+) of (\d+) pages made anew", main_text(client.get(address)))
    assert found
    return int(found[1]), int(found[2])


def ends(client, address: str) -> bool:
    return any("data-ends" in each.attributes for each in elements(client.get(address)))


def test_progress_counts_the_pages_that_were_made_since(at_hut):
    for slug in ("water", "stove", "stove/wood"):
        keep(f"/hut/{slug}/")
    address = do(at_hut, "below", "/hut/stove/", "renew")["Location"]
    assert progress(at_hut, address) == (0, 2)
    assert "The servers make them now." in main_text(at_hut.get(address))
    keep("/hut/stove/")
    keep("/hut/water/")
    assert progress(at_hut, address) == (1, 2)
    assert not ends(at_hut, address)
    keep("/hut/stove/wood/")
    assert progress(at_hut, address) == (2, 2)
    assert ends(at_hut, address)
    assert "Done: every page that this concerns is anew." in main_text(at_hut.get(address))


@pytest.mark.parametrize(
    ("which", "value", "total"),
    [
        ("page", "/hut/stove/", 1),
        ("below", "/hut/", 3),
        ("tag", "document", 3),
        ("tag", "membership", 0),
        ("handbook", "", 3),
    ],
)
def test_progress_knows_whom_it_concerns(at_hut, which, value, total):
    for slug in ("water", "stove", "stove/wood"):
        keep(f"/hut/{slug}/")
    address = do(at_hut, which, value, confirmed="yes")["Location"]
    assert progress(at_hut, address) == (0, total)
    (bar,) = [each for each in elements(at_hut.get(address)) if each.tag == "progress"]
    assert bar.attributes["max"] == str(total or 1)
    assert ends(at_hut, address) is (total == 0)


def test_what_was_dropped_waits_for_its_readers_and_the_page_stops_asking(at_hut, monkeypatch):
    keep("/hut/water/")
    address = do(at_hut)["Location"]
    waits = "The others are made when somebody asks for them."
    assert waits in main_text(at_hut.get(address))
    assert not ends(at_hut, address)
    late = timezone.now() + timedelta(minutes=3)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert ends(at_hut, address)
    assert waits in main_text(at_hut.get(address))


def test_the_part_that_changes_has_an_address_of_its_own(at_hut):
    keep("/hut/water/")
    address = do(at_hut)["Location"]
    part = at_hut.get(f"{address}now/")
    assert [each.tag for each in elements(part) if each.tag in ("html", "progress")] == ["progress"]


def test_an_operation_of_another_handbook_is_not_found(owner, at_hut):
    given.handbook(owner, "other")
    address = do(at_hut)["Location"]
    assert at_hut.get(address.replace("/hut/", "/other/")).status_code == 404
    token = at_hut.post("/-/console/hut/tokens/", {"name": "x"})
    assert token.status_code == 200
    other = Event.objects.get(type="token_created").operation_id
    assert at_hut.get(f"/-/console/hut/progress/{other}/").status_code == 404
