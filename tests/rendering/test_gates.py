"""Pages for members only: who gets them, and what closes the gate with the very next request."""

from __future__ import annotations

from datetime import timedelta
from math import inf

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts.actions import change_password, end_sessions
from apps.accounts.models import SignIn, User
from apps.caching.process import hearing, memory
from apps.events.guard import opened
from apps.rendering import gates as gates_room
from apps.rendering.gates import GATE_S, gates
from apps.tenants.actions import (
    add_member,
    change_handbook,
    change_role,
    close_handbook,
    remove_member,
    reopen_handbook,
)
from tests import given
from tests.rendering.asking import session_of

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/ours/secret-plan/"
SECRET = b"canary-of-the-plan"


@pytest.fixture
def owner():
    return given.person(name="Olga")


@pytest.fixture
def ours(owner):
    book = given.handbook(owner, "ours")
    given.page(owner, given.home(book.pk), "Secret plan", SECRET.decode(), publish=True)
    return book


@pytest.fixture
def reader(owner, ours):
    return given.member(owner, ours.pk, "reader")


def without_time(reply):
    own = (b"server-timing",)
    return reply.status, [pair for pair in reply.headers if pair[0] not in own], reply.body


def test_a_reader_gets_the_stored_page_and_may_not_pass_it_on(ask, ours, reader):
    cookies = session_of(reader)
    assert ask.get(PAGE, cookies=cookies).said == "miss"
    second = ask.warm(PAGE, cookies=cookies)
    assert SECRET in second.all_bytes
    assert second["cache-control"] == "private, no-cache"
    assert second["etag"].startswith('W/"')
    again = ask.get(PAGE, cookies=cookies, if_none_match=second["etag"])
    assert (again.status, again["cache-control"]) == (304, "private, no-cache")


def test_every_member_gets_the_same_bytes(ask, owner, ours, reader):
    people = [owner, reader, given.member(owner, ours.pk, "editor")]
    replies = [ask.warm(PAGE, cookies=session_of(each)) for each in people]
    assert len({reply.body for reply in replies}) == 1


def test_strangers_get_the_same_404_as_for_nothing(ask, ours, reader):
    etag = ask.warm(PAGE, cookies=session_of(reader))["etag"]
    stranger = session_of(given.person())
    cookies = [
        {},
        stranger,
        {"sessionid": "x" * 32},
        {"sessionid": ""},
        {"sessionid": '"' + "x" * 4000 + '"'},
    ]
    for each in cookies:
        nothing = without_time(ask.get("/nothing/secret-plan/", cookies=each))
        for headers in ({}, {"if_none_match": etag}, {"if_none_match": "*"}, {"accept_encoding": "br"}):
            reply = ask.get(PAGE, cookies=each, **headers)
            assert reply.status == 404
            assert without_time(reply)[0] == nothing[0]
            assert reply.said == ""
            assert reply.headers == ask.get("/nothing/secret-plan/", cookies=each, **headers).headers
            assert reply.body == nothing[2]


@pytest.mark.parametrize(
    "target", ["/ours/", "/ours/-/tree/", "/ours/-/search/?q=canary", "/ours/-/changes/"]
)
def test_no_stored_page_of_a_private_handbook_is_for_strangers(ask, ours, reader, target):
    cookies = session_of(reader)
    for _ in range(2):
        assert ask.get(target, cookies=cookies).status == 200
    for each in ({}, session_of(given.person())):
        reply = ask.get(target, cookies=each)
        assert (reply.status, reply.said) == (404, "")
        assert b"canary-of" not in reply.all_bytes


def close_by_role(owner, book, reader):
    remove_member(owner, book.pk, reader.id)


def close_by_leaving(owner, book, reader):
    remove_member(reader, book.pk, reader.id)


def close_by_password(owner, book, reader):
    change_password(reader, reader.id, password="another-one-1")


def close_by_deleting(owner, book, reader):
    close_handbook(owner, book.pk, title=book.title)


@pytest.mark.parametrize("close", [close_by_role, close_by_leaving, close_by_password, close_by_deleting])
def test_the_gate_closes_with_the_next_request(ask, owner, ours, reader, close):
    cookies = session_of(reader)
    for _ in range(2):
        assert SECRET in ask.get(PAGE, cookies=cookies).all_bytes
    close(owner, ours, reader)
    for _ in range(2):
        reply = ask.get(PAGE, cookies=cookies)
        assert (reply.status, reply.said) == (404, "")
    assert ask.get(PAGE, cookies=session_of(owner)).said in ("hit", "changed")


def test_signing_out_closes_it_for_whoever_kept_the_cookie(ask, ours, reader):
    cookies, other = session_of(reader), session_of(reader)
    assert ask.get(PAGE, cookies=cookies).status == 200
    assert ask.post("/-/sign-out/", cookies=cookies).status == 302
    assert ask.get(PAGE, cookies=cookies).status == 404
    assert ask.get(PAGE, cookies=other).status == 200  # another device of theirs


def test_a_session_that_is_ended_from_elsewhere_is_out_with_its_cookie(ask, ours, reader):
    cookies, here = session_of(reader), session_of(reader)
    SignIn.objects.create(person_id=reader.id, session_key=cookies["sessionid"], created_at=timezone.now())
    assert ask.warm(PAGE, cookies=cookies).status == 200
    assert end_sessions(reader, reader.id, but=here["sessionid"]) == 1
    assert ask.get(PAGE, cookies=cookies).status == 404
    assert ask.get(PAGE, cookies=here).status == 200


def test_a_person_who_is_made_inactive_is_out(ask, ours, reader):
    cookies = session_of(reader)
    assert ask.get(PAGE, cookies=cookies).status == 200
    from apps.events.streams import person_stream
    from apps.events.unit import record

    with record("person_changed", person_stream(reader.id), actor_id=None) as change:
        change.update(User.objects.get(pk=reader.id), is_active=False)
    assert ask.get(PAGE, cookies=cookies).status == 404


def test_staff_come_in_and_are_out_when_they_are_staff_no_more(ask, ours):
    from apps.events.streams import person_stream
    from apps.events.unit import record

    staff = given.person()
    cookies = session_of(staff)
    assert ask.get(PAGE, cookies=cookies).status == 404
    for is_staff, status in ((True, 200), (False, 404)):
        with record("person_changed", person_stream(staff.id), actor_id=None) as change:
            change.update(User.objects.get(pk=staff.id), is_staff=is_staff)
        assert ask.get(PAGE, cookies=cookies).status == status


def test_who_is_let_in_gets_the_page_at_once(ask, owner, ours):
    email = given.address()
    person = given.person(email)
    cookies = session_of(person)
    for _ in range(2):
        assert ask.get(PAGE, cookies=cookies).status == 404
    add_member(owner, ours.pk, email=email, role="reader")
    assert ask.get(PAGE, cookies=cookies).status == 200
    change_role(owner, ours.pk, person.id, role="editor")
    assert ask.get(PAGE, cookies=cookies).status == 200


def test_a_handbook_made_private_closes_and_one_made_public_opens(ask, owner, ours, reader):
    cookies = session_of(reader)
    for is_public in (False, True, False, True, False):
        if is_public != ours.is_public:
            ours = change_handbook(owner, ours.pk, is_public=is_public)
        stranger, member = ask.get(PAGE), ask.get(PAGE, cookies=cookies)
        assert stranger.status == (200 if is_public else 404)
        assert member.status == 200
        assert member["cache-control"] == ("no-cache" if is_public else "private, no-cache")
        assert (SECRET in stranger.all_bytes) is is_public


def test_a_page_for_members_of_a_public_handbook_is_theirs_alone(ask, trials, owner, ours, reader):
    change_handbook(owner, ours.pk, is_public=True)
    cookies, stranger = session_of(reader), session_of(given.person())
    second = ask.warm("/ours/-/inner/", cookies=cookies)
    assert (second["cache-control"], second.text) == ("private, no-cache", "text")
    for each, status in (({}, 302), (stranger, 403), ({"sessionid": "x" * 32}, 302)):
        reply = ask.get("/ours/-/inner/", cookies=each)
        assert (reply.status, reply.said) == (status, "")
    assert ask.get("/ours/-/inner/")["location"] == "/-/sign-in/?next=/ours/-/inner/"
    remove_member(owner, ours.pk, reader.id)
    assert ask.get("/ours/-/inner/", cookies=cookies).status == 403


def test_a_session_that_is_gone_from_the_table_is_out_when_the_gate_ends(ask, ours, reader):
    from django.contrib.sessions.models import Session

    cookies = session_of(reader)
    assert ask.get(PAGE, cookies=cookies).status == 200
    with opened():
        Session.objects.all().delete()
    for _key, entry in gates.items("gates"):
        entry.made_at -= GATE_S
    assert ask.get(PAGE, cookies=cookies).status == 404


def test_memory_holds_no_session_key(ask, ours, reader):
    cookies = session_of(reader)
    ask.get(PAGE, cookies=cookies)
    assert len(gates) == 1
    assert cookies["sessionid"] not in repr(vars(gates))


def test_a_gate_that_is_open_is_asked_of_memory_whatever_is_behind_it(ask, ours, reader, monkeypatch):
    made = []
    make = gates_room._made
    monkeypatch.setattr(gates_room, "_made", lambda *asked: made.append(asked) or make(*asked))
    monkeypatch.setattr(hearing, "_confirmed_at", lambda: inf)
    cookies = session_of(reader)
    for target in (PAGE, f"{PAGE}?x=1", "/ours/", "/ours/-/changes/?before=5", "/ours/nothing/"):
        for _ in range(2):
            ask.get(target, cookies=cookies)
    assert len(made) == 1
    monkeypatch.setattr(hearing, "_confirmed_at", lambda: -inf)
    assert ask.get(f"{PAGE}?x=1", cookies=cookies).status == 200
    assert len(made) == 2


def test_made_up_sessions_leave_nothing_behind(ask, ours):
    for number in range(20):
        assert ask.get(PAGE, cookies={"sessionid": f"{number:032}"}).status == 404
    assert (len(gates), len(memory)) == (0, 0)


def test_of_two_session_cookies_the_one_that_django_takes_counts(ask, ours, reader):
    key = session_of(reader)["sessionid"]
    made_up = "x" * 32
    for pair, status in (((key, made_up), 404), ((made_up, key), 200)):
        text = "; ".join(f"sessionid={each}" for each in pair)
        assert ask.get(PAGE, cookie=text).status == status
        assert ask.ask("GET", PAGE, headers={"cookie": text}, root_path="/").status == status


def test_a_gate_stands_open_no_longer_than_the_session_lasts(ask, ours, reader):
    cookies = session_of(reader)
    with opened():
        ends = timezone.now() + timedelta(seconds=GATE_S / 2)
        Session.objects.filter(pk=cookies["sessionid"]).update(expire_date=ends)
    ask.warm(PAGE, cookies=cookies)
    ((_key, entry),) = gates.items("gates")
    assert 0 < entry.fresh_for_s <= GATE_S / 2


def test_one_that_is_to_be_deleted_is_open_to_its_owners_and_to_members_again_when_they_take_it_back(
    ask, owner, ours, reader
):
    doors = [session_of(owner), session_of(reader)]
    assert [ask.warm(PAGE, cookies=each).status for each in doors] == [200, 200]
    close_handbook(owner, ours.pk, title=ours.title)
    assert [ask.get(PAGE, cookies=each).status for each in doors] == [200, 404]
    reopen_handbook(owner, ours.pk)
    assert [ask.get(PAGE, cookies=each).status for each in doors] == [200, 200]
