"""An account is made behind a mailed link, and nobody else learns who has one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client

from apps.accounts import sign_up_links
from apps.accounts.mailing import post
from apps.accounts.models import User
from apps.accounts.sign_up_links import Wanted, token_of
from tests.accounts.shown import errors, fields, heading
from tests.contract.snapshot import every_table

pytestmark = pytest.mark.django_db
GIVEN = {"name": "Bo  Lind", "email": "Bo@Example.org", "next": "/-/invitations/x/"}


@pytest.fixture(autouse=True)
def by_mail(settings):
    settings.SIGN_UP_BY_MAIL = True
    mail.outbox.clear()
    yield
    mail.outbox.clear()


def ask(client: Client | None = None, **given: str):
    answer = (client or Client()).post("/-/sign-up/", {**GIVEN, **given})
    post(lambda: None).result(10)
    return answer


def link(message: EmailMessage) -> str:
    found = re.search(r"http://testserver(/-/sign-up/\S+)", message.body)
    assert found
    return found[1]


def test_the_form_asks_for_no_password():
    assert set(fields(Client().get("/-/sign-up/"))) == {"name", "email", "next"}


def test_the_link_makes_the_account_and_leads_to_where_one_was_going():
    answer = ask()
    assert answer["Location"] == "/-/sign-up/sent/"
    assert not User.objects.exists()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["bo@example.org"], "Your account at Cairn")
    address, client = link(message), Client()
    page = client.get(address)
    assert heading(page) == "Welcome, Bo Lind"
    assert fields(page) == {"password": ""}
    answer = client.post(address, {"password": "mountain-hut-7"})
    assert (answer.status_code, answer["Location"]) == (302, "/-/invitations/x/")
    person = User.objects.get()
    assert (person.email, person.name) == ("bo@example.org", "Bo Lind")
    assert client.get("/-/account/").status_code == 200


def test_the_answer_is_the_same_for_an_address_that_has_an_account(anna):
    before = every_table()
    answers = [ask(email=email) for email in ("Anna@example.org", "none@example.org")]
    told = {
        (answer.status_code, tuple(sorted(answer.headers.items())), answer.content, tuple(answer.cookies))
        for answer in answers
    }
    assert len(told) == 1
    assert every_table() == before
    to_anna, to_nobody = mail.outbox
    assert "You have one already. Sign in here:\n\nhttp://testserver/-/sign-in/" in to_anna.body
    assert "/-/sign-up/" not in to_anna.body
    assert "Choose a password here" in to_nobody.body
    assert to_anna.subject == to_nobody.subject


def test_the_link_works_once():
    ask()
    address = link(mail.outbox[0])
    Client().post(address, {"password": "mountain-hut-7"})
    before = every_table()
    for answer in (Client().get(address), Client().post(address, {"password": "another-hut-8"})):
        assert (answer.status_code, heading(answer)) == (410, "This link no longer works")
        assert 'href="/-/sign-in/"' in answer.content.decode()
    assert every_table() == before


def test_a_link_that_is_none_or_too_old_is_refused_with_a_way_on(monkeypatch):
    token = token_of(Wanted("bo@example.org", "Bo", ""))
    assert Client().get(f"/-/sign-up/{token}/").status_code == 200
    monkeypatch.setattr(sign_up_links, "LIFE", timedelta(seconds=-1))
    for each in (token, "nonsense", token[:-1], "a:b:c"):
        answer = Client().get(f"/-/sign-up/{each}/")
        assert (answer.status_code, heading(answer)) == (410, "This link no longer works")
        assert 'href="/-/sign-up/"' in answer.content.decode()


def test_a_weak_password_is_refused_and_the_link_stays_good():
    ask()
    address = link(mail.outbox[0])
    answer = Client().post(address, {"password": "password1"})
    assert (answer.status_code, errors(answer)) == (422, ["New password: This password is too common."])
    assert Client().get(address).status_code == 200


def test_it_never_leads_to_another_site():
    ask(next="https://elsewhere.example/")
    assert Client().post(link(mail.outbox[0]), {"password": "mountain-hut-7"})["Location"] == "/"
