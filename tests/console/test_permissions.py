"""The console is for owners of a handbook and for staff; to all others it says what other pages say."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.test import Client

from apps.accounts.actions import create_person
from apps.accounts.people import Actor
from apps.rendering.actions import create_token
from apps.tenants.actions import change_handbook
from tests import given
from tests.console.conftest import browser_of
from tests.console.shown import main_text
from tests.contract.snapshot import every_table
from tests.rendering.kept import keep

OF_A_HANDBOOK = (
    "/-/console/hut/",
    "/-/console/hut/page/?address=/hut/water/",
    "/-/console/hut/act/",
    "/-/console/hut/figures/",
    "/-/console/hut/audit/",
    "/-/console/hut/tokens/",
)
POSTS = (
    ("/-/console/hut/act/", {"which": "page", "value": "/hut/water/", "fate": "drop"}),
    ("/-/console/hut/act/", {"which": "handbook", "fate": "drop", "confirmed": "yes"}),
    ("/-/console/hut/tokens/", {"name": "Deploy"}),
)


def person(role: str, owner: Actor, book: UUID) -> Client:
    if role == "visitor":
        return Client()
    if role == "owner":
        return browser_of(owner)
    if role == "staff":
        return browser_of(Actor(create_person(email=given.address(), name="", password=None, staff=True).pk))
    return browser_of(given.person() if role == "stranger" else given.member(owner, book, role))


PRIVATE = {"visitor": 404, "stranger": 404, "reader": 403, "editor": 403, "owner": 200, "staff": 200}
PUBLIC = {**PRIVATE, "visitor": 302, "stranger": 403}  # a visitor is asked who they are


@pytest.mark.parametrize("is_public", [False, True])
@pytest.mark.parametrize("role", PRIVATE)
def test_who_sees_the_console_of_a_handbook(owner, book, role, is_public):
    change_handbook(owner, book, is_public=is_public)
    keep("/hut/water/")
    client = person(role, owner, book)
    expected = (PUBLIC if is_public else PRIVATE)[role]
    assert [client.get(address).status_code for address in OF_A_HANDBOOK] == [expected] * len(OF_A_HANDBOOK)


@pytest.mark.parametrize("role", [role for role, status in PRIVATE.items() if status != 200])
def test_who_may_not_see_it_does_nothing_there(owner, book, role):
    token, _secret = create_token(owner, book, name="Deploy")
    client = person(role, owner, book)
    before = every_table()
    posts = (*POSTS, (f"/-/console/hut/tokens/{token.pk}/revoke/", {}))
    assert [client.post(address, values).status_code for address, values in posts] == [PRIVATE[role]] * 4
    assert every_table() == before


@pytest.mark.parametrize("role", ["owner", "staff"])
def test_who_sees_it_may_act(owner, book, role):
    client = person(role, owner, book)
    assert [client.post(address, values).status_code for address, values in POSTS] == [302, 302, 200]


def test_the_list_of_handbooks_asks_visitors_who_they_are(book):
    assert Client().get("/-/console/")["Location"] == "/-/sign-in/?next=/-/console/"


def test_owners_see_theirs_and_staff_all(owner, book):
    given.handbook(given.person(), "other")
    shown = {role: person(role, owner, book).get("/-/console/") for role in ("stranger", "owner", "staff")}
    found = {
        role: [slug for slug in ("hut", "other") if f"/-/console/{slug}/" in page.content.decode()]
        for role, page in shown.items()
    }
    assert found == {"stranger": [], "owner": ["hut"], "staff": ["hut", "other"]}
    assert "No handbook to administer" in main_text(shown["stranger"])
    assert ["everything" in main_text(page) for page in shown.values()] == [False, False, True]


@pytest.mark.parametrize("role", ["visitor", "stranger", "owner", "staff"])
def test_everything_is_for_staff(owner, book, role):
    client = person(role, owner, book)
    expected = {"visitor": 302, "staff": 200}.get(role, 403)
    assert client.get("/-/console/-/everything/").status_code == expected
    before = every_table()
    answer = client.post("/-/console/-/everything/", {"fate": "drop", "confirmed": "yes"})
    assert answer.status_code == (302 if role in ("visitor", "staff") else 403)
    assert (every_table() == before) is (role != "staff")
    progress = f"/-/console/-/progress/{uuid4()}/"
    assert client.get(progress).status_code == {"visitor": 302, "staff": 404}.get(role, 403)


@pytest.mark.parametrize("address", ["/-/console/nowhere/", "/-/console/nowhere/audit/"])
def test_a_handbook_that_is_none_is_not_found(at_hut, address):
    assert at_hut.get(address).status_code == 404


def test_nothing_of_it_is_kept_by_anybody_between(at_hut):
    for address in ("/-/console/", "/-/console/hut/", "/-/console/hut/tokens/"):
        assert at_hut.get(address)["Cache-Control"] == "private, no-store"


def test_owners_find_it_in_the_menu_of_their_handbook(owner, book):
    editor = given.member(owner, book, "editor")
    menus = [browser_of(actor).get("/hut/-/more/").content.decode() for actor in (owner, editor)]
    assert ["/-/console/hut/" in menu for menu in menus] == [True, False]
