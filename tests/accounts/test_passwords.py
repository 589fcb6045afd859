"""Changing a password, and getting a new one by mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone, translation

from apps.accounts.actions import change_password, create_person
from apps.accounts.conf import AccountsConf
from apps.accounts.mailing import post, reset_mail
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.accounts.views import passwords
from apps.events.actions import RefusedError
from apps.events.guard import opened
from apps.events.models import Event
from tests.accounts.conftest import PASSWORD, signed_in
from tests.accounts.shown import errors, fields, heading
from tests.contract.snapshot import every_table

NEW = "another long secret"


def change(client: Client, old: str = PASSWORD, new: str = NEW):
    return client.post("/-/password/", {"old_password": old, "password": new})


class TestChanging:
    def test_this_session_stays_and_all_others_end(self, anna, at_home):
        other = signed_in(anna)
        key = at_home.cookies["sessionid"].value
        answer = change(at_home)
        assert answer["Location"] == "/-/password/changed/"
        assert heading(at_home.get(answer["Location"])) == "Your password is changed"
        assert at_home.cookies["sessionid"].value != key
        assert at_home.get("/-/account/").status_code == 200
        assert other.get("/-/account/").status_code == 302
        assert Event.objects.filter(stream_id=anna.pk).latest("position").type == "password_changed"

    def test_the_new_password_opens_and_the_old_one_does_not(self, anna, at_home):
        change(at_home)
        assert signed_in(anna, NEW)
        answer = Client().post("/-/sign-in/", {"email": anna.email, "password": PASSWORD})
        assert answer.status_code == 422

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("wrong", NEW, "Your password now: This is not your password."),
            ("", NEW, "Your password now: This field is required."),
            (PASSWORD, "", "New password: This field is required."),
            (PASSWORD, "password1", "New password: This password is too common."),
            (PASSWORD, "anna berg", "New password: The password is too similar to the name."),
        ],
    )
    def test_what_is_not_allowed_is_named_and_nothing_changes(self, anna, at_home, old, new, expected):
        before = every_table()
        answer = change(at_home, old, new)
        assert (answer.status_code, errors(answer)) == (422, [expected])
        assert fields(answer) == {"old_password": "", "password": ""}
        assert every_table() == before

    def test_who_found_a_session_open_may_not_guess_for_long(self, anna, at_home, monkeypatch):
        monkeypatch.setattr(passwords, "conf", AccountsConf(sign_in_tries=2))
        before = every_table()
        answers = [change(at_home, old) for old in ("wrong", "", "worse", PASSWORD)]
        assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
        wait = "That was tried too often from here. Please wait 15 minutes, then try again."
        assert errors(answers[-1]) == [wait]
        assert fields(answers[-1]) == {"old_password": "", "password": ""}
        assert 890 < int(answers[-1]["Retry-After"]) <= 900
        assert every_table() == before
        monkeypatch.setattr(passwords, "conf", AccountsConf(sign_in_tries=3))
        assert change(at_home).status_code == 302

    def test_only_people_who_are_signed_in_may(self, anna, visitor):
        before = every_table()
        assert change(visitor)["Location"] == "/-/sign-in/?next=/-/password/"
        assert visitor.get("/-/password/changed/").status_code == 302
        assert every_table() == before

    def test_a_password_that_was_changed_meanwhile_is_not_replaced(self, anna):
        change_password(Actor(anna.pk), anna.pk, password=NEW)
        before = every_table()
        with pytest.raises(RefusedError, match="changed a moment ago"):
            change_password(Actor(anna.pk), anna.pk, password="third secret", replaces=anna.password)
        assert every_table() == before


def ask(email: str):
    """Ask for a link; returns when the mail, if there is one, was sent."""
    answer = Client().post("/-/password/reset/", {"email": email})
    post(lambda: None).result(10)
    return answer


def link(message: EmailMessage) -> str:
    found = re.search(r"http://testserver(/\S+)", message.body)
    assert found
    return found[1]


class TestResetting:
    @pytest.fixture(autouse=True)
    def _outbox(self) -> Iterator[None]:
        mail.outbox.clear()
        yield
        mail.outbox.clear()

    def test_the_mail_has_a_link_that_sets_a_new_password_once(self, anna):
        signed = signed_in(anna)
        assert ask(" Anna@example.org")["Location"] == "/-/password/reset/sent/"
        (message,) = mail.outbox
        assert message.to == ["anna@example.org"]
        assert message.subject == "Choose a new password for Cairn"
        assert message.from_email == "cairn@localhost"
        assert message.body.startswith("Hello Anna Berg,\n")
        assert "The link works once, for one hour." in message.body
        assert f"\nhttp://testserver{link(message)}\n" in message.message().as_string()  # in one piece

        visitor, address = Client(), link(message)
        assert fields(visitor.get(address)) == {"password": ""}
        answer = visitor.post(address, {"password": NEW})
        assert answer["Location"] == "/-/password/reset/complete/"
        assert heading(visitor.get(answer["Location"])) == "Your new password is set"
        assert signed.get("/-/account/").status_code == 302  # whoever had the old password is out
        assert visitor.get("/-/account/").status_code == 302  # the link signs nobody in
        assert signed_in(anna, NEW)

        before = every_table()
        for again in (visitor.get(address), visitor.post(address, {"password": "third long secret"})):
            assert (again.status_code, heading(again)) == (410, "This link no longer works")
        assert every_table() == before

    def test_the_answer_does_not_tell_who_has_an_account(self, anna):
        create_person(email="machine@example.org", name="Machine", password=None)
        answers = [ask(email) for email in (anna.email, "nobody@example.org", "machine@example.org")]
        assert {(a.status_code, a["Location"], a.content) for a in answers} == {
            (302, "/-/password/reset/sent/", b"")
        }
        assert len({tuple(a.headers.items()) for a in answers}) == 1
        assert [message.to for message in mail.outbox] == [["anna@example.org"]]

    def test_nothing_of_the_mail_is_made_before_the_answer(self, anna, monkeypatch):
        waiting = []
        monkeypatch.setattr("apps.accounts.views.passwords.post", waiting.append)
        monkeypatch.setattr(default_token_generator, "make_token", pytest.fail)
        for email in (anna.email, "nobody@example.org"):
            Client().post("/-/password/reset/", {"email": email})
        assert len(waiting) == 2

    def test_an_address_that_is_none_is_refused_and_kept(self, db):
        answer = ask("anna")
        assert (answer.status_code, fields(answer)) == (422, {"email": "anna"})
        assert errors(answer) == ["E-mail address: Enter a valid email address."]
        assert mail.outbox == []

    def test_a_bad_new_password_is_refused_and_the_link_stays_good(self, anna, visitor):
        ask(anna.email)
        address = link(mail.outbox[0])
        before = every_table()
        answer = visitor.post(address, {"password": "password1"})
        assert (answer.status_code, errors(answer)) == (422, ["New password: This password is too common."])
        assert "password1" not in answer.content.decode()
        assert every_table() == before
        assert visitor.post(address, {"password": NEW}).status_code == 302

    def test_the_link_holds_for_an_hour(self, anna, visitor, monkeypatch):
        ask(anna.email)
        address = link(mail.outbox[0])
        now = timezone.now().replace(tzinfo=None)
        for age, status in ((timedelta(minutes=59), 200), (timedelta(minutes=61), 410)):
            monkeypatch.setattr(default_token_generator, "_now", lambda age=age: now + age)
            assert visitor.get(address).status_code == status

    def test_signing_in_with_the_old_password_leaves_the_link_good(self, anna, visitor):
        ask(anna.email)
        signed_in(anna)
        assert visitor.get(link(mail.outbox[0])).status_code == 200

    @pytest.mark.parametrize("token", ["x", "a-b", "zzzzzzzzzzzzzzzz-0", "dé-ü", "0" * 200])
    def test_a_made_up_link_does_nothing(self, anna, visitor, token):
        before = every_table()
        address = f"/-/password/reset/{anna.pk}/{token}/"
        for answer in (visitor.get(address), visitor.post(address, {"password": NEW})):
            assert (answer.status_code, heading(answer)) == (410, "This link no longer works")
        assert every_table() == before

    def test_the_link_of_one_person_is_not_good_for_another(self, anna, visitor):
        other = create_person(email="bo@example.org", name="Bo", password=PASSWORD)
        ask(anna.email)
        address = link(mail.outbox[0]).replace(str(anna.pk), str(other.pk))
        assert visitor.post(address, {"password": NEW}).status_code == 410

    def test_who_is_not_active_gets_no_link_and_can_use_none(self, anna, visitor):
        ask(anna.email)
        with opened():
            User.objects.filter(pk=anna.pk).update(is_active=False)
        ask(anna.email)
        assert len(mail.outbox) == 1
        assert visitor.get(link(mail.outbox[0])).status_code == 410

    def test_a_name_with_markup_stays_text_and_cannot_add_lines_to_the_head(self, db):
        person = User(email="a@example.org", name="<b>Anna</b> & Bo\nBcc: c@example.org")
        message = reset_mail(person, "http://testserver/x/?a=1&b=2", 1)
        assert "<b>Anna</b> & Bo" in message.body
        assert "http://testserver/x/?a=1&b=2" in message.body
        assert "\n" not in message.subject
        assert message.recipients() == ["a@example.org"]

    def test_a_mail_that_cannot_be_sent_is_logged_and_the_next_one_is_sent(self, db, caplog):
        post(lambda: EmailMessage("a", "b", to=["a@example.org"], from_email="bad\nline")).result(10)
        post(lambda: EmailMessage("a", "b", to=["b@example.org"])).result(10)
        assert [record.message for record in caplog.records] == ["A mail could not be sent"]
        assert [message.to for message in mail.outbox] == [["b@example.org"]]

    def test_a_mail_is_written_in_the_language_of_the_request(self, db):
        seen: list[str | None] = []
        with translation.override("de"):
            post(lambda: seen.append(translation.get_language())).result(10)
        assert seen == ["de"]
