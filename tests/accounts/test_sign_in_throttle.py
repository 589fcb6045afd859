"""Wrong passwords wait: alike for accounts there are and accounts there are not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.accounts import sign_in_throttle
from apps.accounts.conf import AccountsConf
from apps.accounts.mailing import post
from apps.accounts.models import Tries
from tests.accounts.conftest import PASSWORD
from tests.accounts.shown import errors

pytestmark = pytest.mark.django_db
WAIT = "That was tried too often from here. Please wait 15 minutes, then try again."
WRONG = "The e-mail address or the password is not right."


def sign_in(client: Client, email: str, password: str = "wrong"):
    return client.post("/-/sign-in/", {"email": email, "password": password})


def told(answer, email: str) -> tuple:
    """All that an answer says, but for what is drawn by lot."""
    body = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(email, "ADDRESS")
    return answer.status_code, sorted(answer.headers.items()), sorted(answer.cookies), body


@pytest.fixture
def later(monkeypatch):
    """`later(minutes=16)`: it is that much later from then on."""

    def go_on(**after: float) -> None:
        now = timezone.now() + timedelta(**after)
        for name in ("django.utils.timezone.now", "axes.handlers.proxy.now"):
            monkeypatch.setattr(name, lambda: now)

    return go_on


def test_five_wrong_passwords_wait_even_for_the_right_one(anna):
    client = Client()
    answers = [sign_in(client, anna.email) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [429]
    assert [errors(answer) for answer in answers] == [[WRONG]] * 4 + [[WAIT]]
    answer = sign_in(client, " ANNA@example.org", PASSWORD)
    assert (answer.status_code, errors(answer)) == (429, [WAIT])
    assert 890 < int(answer["Retry-After"]) <= 900
    assert "sessionid" not in answer.cookies


def test_an_account_that_nobody_has_is_answered_alike_at_every_try(anna, later):
    later()
    emails = ("anna@example.org", "none@example.org")
    one, other = Client(), Client()
    for _ in range(7):
        first, second = sign_in(one, emails[0]), sign_in(other, emails[1])
        first_told, second_told = (told(*pair) for pair in ((first, emails[0]), (second, emails[1])))
        assert first_told == second_told


def test_after_a_quarter_of_an_hour_it_may_be_tried_again(anna, later):
    client = Client()
    for _ in range(6):
        sign_in(client, anna.email)
    later(minutes=14)
    answer = sign_in(client, anna.email, PASSWORD)
    assert errors(answer) == ["That was tried too often from here. Please wait 1 minute, then try again."]
    later(minutes=2)
    assert sign_in(client, anna.email, PASSWORD).status_code == 302


def test_who_signs_in_has_all_tries_again(anna):
    for _ in range(2):
        for _ in range(4):
            assert sign_in(Client(), anna.email).status_code == 422
        assert sign_in(Client(), anna.email, PASSWORD).status_code == 302
    assert AccessAttempt.objects.count() == 0


def test_others_and_the_person_elsewhere_do_not_wait(anna):
    for _ in range(6):
        sign_in(Client(), anna.email)
    assert sign_in(Client(), "bo@example.org").status_code == 422
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), anna.email, PASSWORD).status_code == 302


def test_another_browser_counts_on(anna):
    for number in range(5):
        sign_in(Client(headers={"User-Agent": f"Browser {number}"}), anna.email)
    assert sign_in(Client(headers={"User-Agent": "New"}), anna.email, PASSWORD).status_code == 429


def test_one_address_waits_after_many_accounts(anna, monkeypatch):
    monkeypatch.setattr(sign_in_throttle, "conf", AccountsConf(sign_in_address_tries=10))
    client = Client()
    statuses = [sign_in(client, f"person{number}@example.org").status_code for number in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    assert sign_in(client, anna.email, PASSWORD).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), anna.email, PASSWORD).status_code == 302


def test_neither_password_nor_other_addresses_are_kept_in_clear(anna):
    sign_in(Client(), anna.email, "not-the-password")
    (row,) = AccessAttempt.objects.values()
    assert "not-the-password" not in str(row)
    assert "anna@example.org" not in row["post_data"]
    assert [each.id.partition(":")[0] for each in Tries.objects.all()] == ["sign-in"]


def test_a_new_password_by_mail_ends_the_wait(anna):
    for _ in range(6):
        sign_in(Client(), anna.email)
    mail.outbox.clear()
    client = Client()
    client.post("/-/password/reset/", {"email": anna.email})
    post(lambda: None).result(10)
    address = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]  # type: ignore[index]
    client.post(address, {"password": "another long secret"})
    assert sign_in(client, anna.email, "another long secret").status_code == 302
