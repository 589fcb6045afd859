"""Counting tries in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from apps.accounts import mailing, throttles
from apps.accounts.conf import AccountsConf
from apps.accounts.mailing import post
from apps.accounts.models import Tries
from apps.accounts.throttles import Throttle
from apps.accounts.views import passwords, signing_up
from tests.accounts.shown import errors

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
WAIT = "That was tried too often from here. Please wait 60 minutes, then try again."


class Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(throttles, "timezone", clock)
    return clock


def test_so_many_in_a_window_and_then_none(clock):
    throttle = Throttle("knock", 2, 60)
    assert [throttle.count("a") for _ in range(3)] == [0, 0, 60]
    clock.at += timedelta(seconds=20.5)
    assert (throttle.wait_s("a"), throttle.count("a"), throttle.count("b")) == (40, 40, 0)
    clock.at += timedelta(seconds=39.5)
    assert [throttle.count("a") for _ in range(3)] == [0, 0, 60]


def test_looking_counts_nothing(clock):
    throttle = Throttle("knock", 1, 60)
    assert [throttle.wait_s("a") for _ in range(3)] == [0, 0, 0]
    throttle.count("a")
    assert throttle.wait_s("a") == 60
    assert Throttle("other", 1, 60).wait_s("a") == 0


def test_only_a_digest_of_who_is_kept_and_old_counts_go(clock):
    Throttle("knock", 1, 60).count("anna@example.org")
    assert "anna" not in Tries.objects.get().id
    clock.at += timedelta(days=2)
    Throttle("knock", 1, 60).count("bo@example.org")
    assert Tries.objects.count() == 1


class TestForms:
    @pytest.fixture(autouse=True)
    def outbox(self):
        mail.outbox.clear()
        yield mail.outbox
        mail.outbox.clear()

    def test_links_for_passwords_wait_by_address(self, anna, monkeypatch):
        monkeypatch.setattr(passwords, "conf", AccountsConf(resets_an_hour=2))
        client = Client()
        ask = [client.post("/-/password/reset/", {"email": f"p{n}@example.org"}) for n in range(3)]
        assert [answer.status_code for answer in ask] == [302, 302, 429]
        assert errors(ask[2]) == [WAIT]
        assert 3590 < int(ask[2]["Retry-After"]) <= 3600

    def test_a_mailbox_is_not_flooded_and_the_answer_is_the_same(self, anna, outbox, monkeypatch):
        monkeypatch.setattr(mailing, "conf", AccountsConf(mails_an_hour=2))
        answers = [Client().post("/-/password/reset/", {"email": anna.email}) for _ in range(4)]
        post(lambda: None).result(10)
        assert {answer["Location"] for answer in answers} == {"/-/password/reset/sent/"}
        assert len(outbox) == 2

    def test_accounts_wait_by_address(self, monkeypatch):
        monkeypatch.setattr(signing_up, "conf", AccountsConf(sign_ups_an_hour=1))
        given = {"name": "Bo", "password": "mountain-hut-7"}
        answers = [Client().post("/-/sign-up/", {**given, "email": f"p{n}@example.org"}) for n in range(2)]
        assert [answer.status_code for answer in answers] == [302, 429]
        assert errors(answers[1]) == [WAIT]
