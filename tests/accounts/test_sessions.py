"""Where somebody is signed in: listed on the account page, ended from there."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from apps.accounts import sign_ins
from apps.accounts.actions import create_person, end_sessions
from apps.accounts.devices import device_of
from apps.accounts.models import SignIn
from apps.accounts.people import Actor
from apps.accounts.sign_ins import open_sessions
from apps.events.models import Event
from tests.accounts.conftest import PASSWORD
from tests.accounts.shown import notices

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
PIXEL = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 "
    "Mobile Safari/537.36"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 "
    "Safari/537.36 Edg/138.0"
)


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (IPHONE, ("Safari", "iPhone")),
        (PIXEL, ("Chrome", "Android")),
        (EDGE, ("Edge", "Windows")),
        ("curl/8.5.0", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_device_in_words(user_agent, expected):
    assert device_of(user_agent) == expected


def signed_in(email: str, user_agent: str) -> Client:
    client = Client(headers={"User-Agent": user_agent})
    assert client.post("/-/sign-in/", {"email": email, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def desk(anna):
    return signed_in(anna.email, FIREFOX)


@pytest.fixture
def phone(anna, desk):
    return signed_in(anna.email, IPHONE)


def devices(anna, client: Client) -> list[tuple[str, bool]]:
    found = open_sessions(anna, client.cookies["sessionid"].value)
    return [(each.system, each.is_this) for each in found]


def is_in(client: Client) -> bool:
    return client.get("/-/account/").status_code == 200


def test_all_are_listed_this_one_first(anna, desk, phone):
    assert devices(anna, desk) == [("Linux", True), ("iPhone", False)]
    text = phone.get("/-/account/").content.decode()
    assert text.index("Safari on iPhone") < text.index("Firefox on Linux")
    assert text.count("Sign out there") == 1


def test_one_is_ended_and_the_log_says_so(anna, desk, phone):
    row = SignIn.objects.get(system="iPhone")
    answer = desk.post(f"/-/account/sessions/{row.pk}/end/")
    assert answer["Location"] == "/-/account/"
    assert (is_in(desk), is_in(phone)) == (True, False)
    assert notices(desk.get("/-/account/")) == []
    assert devices(anna, desk) == [("Linux", True)]
    assert not Session.objects.filter(pk=row.session_key).exists()
    event = Event.objects.filter(stream_id=anna.pk).latest("position")
    assert (event.type, event.actor_id) == ("person_signed_out", anna.pk)


def test_all_others_are_ended(anna, desk, phone):
    third = signed_in(anna.email, PIXEL)
    phone.post("/-/account/sessions/end/")
    assert [is_in(client) for client in (desk, phone, third)] == [False, True, False]


def test_nobody_ends_the_sessions_of_others_and_guessing_tells_nothing(anna, desk):
    create_person(email="bo@example.org", name="Bo", password=PASSWORD)
    bo = signed_in("bo@example.org", EDGE)
    answers = [
        bo.post(f"/-/account/sessions/{id}/end/")
        for id in (SignIn.objects.get(person=anna).pk, "018f0000-0000-7000-8000-000000000000")
    ]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/-/account/")}
    assert is_in(desk)
    visitor = Client()
    for address in ("end/", f"{SignIn.objects.get(person=anna).pk}/end/"):
        assert "/-/sign-in/" in visitor.post(f"/-/account/sessions/{address}")["Location"]
        assert desk.get(f"/-/account/sessions/{address}").status_code == 405
    assert is_in(desk)


def test_the_session_that_asks_is_not_ended_by_its_own_row(anna, desk):
    desk.post(f"/-/account/sessions/{SignIn.objects.get().pk}/end/")
    assert is_in(desk)


def test_ending_again_is_the_same(anna, desk, phone):
    row = SignIn.objects.get(system="iPhone")
    actor = Actor(anna.pk)
    assert [end_sessions(actor, anna.pk, ids=[row.pk]) for _ in range(2)] == [1, 0]
    assert is_in(desk)


def test_a_new_password_leaves_this_session_in_the_list_and_no_other(anna, desk, phone):
    desk.post("/-/password/", {"old_password": PASSWORD, "password": "another long secret"})
    anna.refresh_from_db()
    assert devices(anna, desk) == [("Linux", True)]
    assert is_in(desk)


def test_signing_out_takes_the_row_along(anna, desk, phone):
    phone.post("/-/sign-out/")
    assert devices(anna, desk) == [("Linux", True)]
    assert SignIn.objects.count() == 1


def test_rows_of_sessions_that_ended_by_themselves_go_with_the_next_sign_in(anna, desk, phone):
    Session.objects.filter(pk=phone.cookies["sessionid"].value).update(expire_date=timezone.now())
    assert devices(anna, desk) == [("Linux", True)]
    signed_in(anna.email, PIXEL)
    assert sorted(SignIn.objects.values_list("system", flat=True)) == ["Android", "Linux"]


def test_those_of_people_who_do_not_come_back_go_in_parts(anna, desk, phone, settings, monkeypatch):
    assert "apps.accounts.sign_ins.tidy" in dict(settings.EVENT_CHORES)
    third = signed_in(anna.email, PIXEL)
    for client in (phone, third):
        Session.objects.filter(pk=client.cookies["sessionid"].value).update(
            expire_date=timezone.now() - timedelta(days=1)
        )
    monkeypatch.setattr(sign_ins, "ROWS_AT_ONCE", 1)
    left = []
    for _ in range(3):
        sign_ins.tidy()
        left.append((Session.objects.count(), SignIn.objects.count()))
    assert left == [(2, 2), (1, 1), (1, 1)]
    assert devices(anna, desk) == [("Linux", True)]
    assert is_in(desk)


def test_when_it_was_last_seen_is_noted_by_the_hour_and_the_session_lives_on(anna, desk, monkeypatch):
    key = desk.cookies["sessionid"].value
    begun = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: begun + timedelta(minutes=50))
    desk.get("/-/account/")
    (seen,) = open_sessions(anna, key)
    assert seen.seen_at < begun + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: begun + timedelta(days=20))
    desk.get("/-/bar/")
    (seen,) = open_sessions(anna, key)
    assert seen.seen_at == begun + timedelta(days=20)
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    assert store.load()["seen_at"] == seen.seen_at.isoformat()
    ends = Session.objects.get(pk=key).expire_date
    assert ends == begun + timedelta(days=50)
