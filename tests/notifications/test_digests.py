"""The digest: what was unread when it was due, once, to those who want it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from uuid import UUID

import pytest
from django.core import mail

from apps.accounts.actions import choose_language, create_person
from apps.events.guard import opened
from apps.events.relay import drain
from apps.notifications import digests
from apps.notifications.actions import change_wishes, mark_read, watch
from apps.notifications.digests import send_due, since_when
from apps.notifications.handlers import notify, tidy
from apps.notifications.models import Notification, Wishes
from apps.tenants.actions import add_member
from tests.documents import sample
from tests.notifications.test_telling import save

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def tomorrow(emil, rita, stove) -> datetime:
    """When a digest with what happened now is due."""
    watch(sample.actor(rita), stove.handbook_id, stove.pk)
    save(emil, stove, "Warm.", "Lit it")
    drain([notify])
    return datetime.now(UTC) + DAY


@pytest.mark.parametrize(
    ("now", "daily", "weekly"),
    [
        ("2026-03-04 05:59", "2026-03-03 06:00", "2026-03-02 06:00"),
        ("2026-03-04 06:00", "2026-03-04 06:00", "2026-03-02 06:00"),
        ("2026-03-02 05:00", "2026-03-01 06:00", "2026-02-23 06:00"),
        ("2026-03-02 07:00", "2026-03-02 06:00", "2026-03-02 06:00"),
    ],
)
def test_when_one_is_due(now, daily, weekly):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert str(since_when(at, "daily")) == f"{daily}:00+00:00"
    assert str(since_when(at, "weekly")) == f"{weekly}:00+00:00"


@pytest.mark.parametrize(
    ("now", "daily"),
    [("2026-03-29 03:59", "2026-03-28 06:00:00+01:00"), ("2026-03-29 04:00", "2026-03-29 06:00:00+02:00")],
)
def test_the_hour_is_that_of_the_site_on_the_day_its_clocks_change_too(settings, now, daily):
    settings.TIME_ZONE = "Europe/Berlin"
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert str(since_when(at, "daily")) == daily


def test_it_says_what_is_unread_and_comes_once(tomorrow, rita):
    assert send_due(datetime.now(UTC)) == 0
    assert send_due(tomorrow) == 1
    (sent,) = mail.outbox
    assert sent.to == [rita.email]
    assert sent.subject == "Cairn: 1 notification"
    assert "Emil changed “Stove”" in sent.body
    row = Notification.objects.get()
    assert f"Hut: http://127.0.0.1:8000/-/notifications/{row.pk}/" in sent.body
    assert sent.extra_headers["List-Unsubscribe"] == "<http://127.0.0.1:8000/-/notifications/settings/>"
    assert row.mailed_at is not None
    assert send_due(tomorrow) == 0
    assert send_due(tomorrow + DAY) == 0
    assert len(mail.outbox) == 1


def test_it_is_in_the_language_of_the_person(tomorrow, rita):
    choose_language(sample.actor(rita), rita.pk, language="de")
    assert send_due(tomorrow) == 1
    (sent,) = mail.outbox
    assert sent.subject == "Cairn: 1 Benachrichtigung"
    assert "Emil hat „Stove“ geändert" in sent.body
    assert "das hast du noch nicht gelesen:" in sent.body


def test_what_was_read_is_not_mailed(tomorrow, rita):
    mark_read(sample.actor(rita), rita.pk)
    assert send_due(tomorrow) == 0
    assert mail.outbox == []


@pytest.mark.parametrize(("digest", "unmailed"), [("off", []), ("daily", ["page_changed"])])
def test_nor_is_it_to_those_who_do_not_want_it(tomorrow, rita, digest, unmailed):
    change_wishes(sample.actor(rita), rita.pk, digest=digest, unmailed=unmailed)
    assert send_due(tomorrow) == 0
    assert mail.outbox == []


class Mails:
    """Says to whom a mail was tried; `fails`: how it ends for them, by address or ("") for all."""

    def __init__(self, monkeypatch, fails) -> None:
        self.tried, self._fails = [], fails
        monkeypatch.setattr(digests, "digest_mail", lambda person, _rows: _Mail(self, person.email))

    def sent_to(self, email) -> None:
        self.tried.append(email)
        if error := self._fails.get(email) or self._fails.get(""):
            raise error


class _Mail:
    def __init__(self, mails, email) -> None:
        self._mails, self._email = mails, email

    def send(self) -> None:
        self._mails.sent_to(self._email)


def test_one_that_cannot_be_sent_is_tried_again_later(tomorrow, rita, monkeypatch, caplog):
    with monkeypatch.context() as broken:
        Mails(broken, {"": OSError("no mail server")})
        assert send_due(tomorrow) == 0
    assert "A digest could not be sent; it is tried again" in caplog.text
    assert Notification.objects.get().mailed_at is None
    with opened():
        Wishes.objects.update(failed_at=tomorrow - timedelta(minutes=59))
    assert send_due(tomorrow) == 0
    assert send_due(tomorrow + timedelta(minutes=2)) == 1
    assert Wishes.objects.get(pk=rita.pk).failed_at is None


@pytest.fixture
def waiting(anna, emil, stove):
    """Nine people with something to be mailed, in the order in which they are mailed."""
    people = [
        create_person(email=f"p{n}@example.org", name=f"P{n}", password=None, person_id=UUID(int=n))
        for n in range(1, 10)
    ]
    for person in people:
        add_member(sample.actor(anna), stove.handbook_id, email=person.email, role="reader")
        watch(sample.actor(person), stove.handbook_id, stove.pk)
    save(emil, stove, "Warm.")
    drain([notify])
    return [person.email for person in people]


REFUSING = SMTPRecipientsRefused({"p1@example.org": (550, b"no such user")})


def test_mailboxes_that_refuse_hold_up_nobody_behind_them(waiting, monkeypatch):
    monkeypatch.setattr(digests, "PEOPLE_AT_ONCE", 3)
    mails = Mails(monkeypatch, dict.fromkeys(waiting[:3], REFUSING))
    due = datetime.now(UTC) + DAY
    assert [send_due(due + n * timedelta(hours=2)) for n in range(4)] == [0, 3, 3, 0]
    assert mails.tried == [*waiting, *waiting[:3]]


@pytest.mark.parametrize("error", [TimeoutError(), SMTPServerDisconnected()])
def test_a_mail_server_that_is_away_is_asked_once_a_round(waiting, monkeypatch, error):
    mails = Mails(monkeypatch, {"": error})
    due = datetime.now(UTC) + DAY
    assert [send_due(due), send_due(due)] == [0, 0]
    assert mails.tried == waiting[:2]


def test_what_was_read_long_ago_is_forgotten(tomorrow, rita, settings):
    mark_read(sample.actor(rita), rita.pk)
    tidy()
    assert Notification.objects.count() == 1
    with opened():
        Notification.objects.update(read_at=datetime.now(UTC) - 181 * DAY)
    tidy()
    assert not Notification.objects.exists()
