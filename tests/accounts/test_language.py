"""The language of personal pages and mails: as it was chosen, else as the browser asks for."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from apps.accounts import mailing
from apps.accounts.actions import choose_language
from apps.accounts.languages import language_of
from apps.accounts.models import User
from apps.accounts.people import Actor
from tests.accounts.conftest import PASSWORD, signed_in
from tests.accounts.shown import errors, heading, notices

GERMAN = {"Accept-Language": "de-AT,de;q=0.9"}


def choose(client: Client, language: str) -> None:
    answer = client.post("/-/language/", {"language": language})
    assert (answer.status_code, answer["Location"]) == (302, "/-/language/")


def test_a_browser_asks_for_a_language(visitor):
    answer = visitor.get("/-/sign-in/", headers=GERMAN)
    assert (heading(answer), answer["Content-Language"]) == ("Anmelden", "de")
    assert '<html lang="de" dir="ltr">' in answer.content.decode()
    assert heading(visitor.get("/-/sign-in/", headers={"Accept-Language": "fr"})) == "Sign in"


def test_a_visitor_chooses_for_this_browser(visitor):
    choose(visitor, "de")
    page = visitor.get("/-/language/")
    assert (heading(page), notices(page)) == ("Sprache", ["Gespeichert."])
    assert 'value="de" checked' in page.content.decode()
    cookie = visitor.cookies["django_language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("de", True, "Lax")
    choose(visitor, "")
    assert heading(visitor.get("/-/sign-in/")) == "Sign in"
    assert User.objects.count() == 0


def test_a_person_chooses_for_every_device(anna, at_home):
    elsewhere = signed_in(anna)
    choose(at_home, "de")
    assert heading(at_home.get("/-/language/")) == "Sprache"
    answer = elsewhere.get("/-/password/")
    assert (heading(answer), answer["Content-Language"]) == ("Ändere dein Passwort", "de")
    assert elsewhere.cookies["django_language"].value == "de"
    assert "django_language" not in elsewhere.get("/-/password/").cookies
    assert signed_in(anna).cookies["django_language"].value == "de"
    choose(at_home, "")
    assert heading(at_home.get("/-/language/")) == "Language"
    assert User.objects.get().language == ""


def test_a_language_that_nobody_here_speaks_is_refused(at_home):
    answer = at_home.post("/-/language/", {"language": "tlh"})
    assert answer.status_code == 422
    assert errors(answer) == ["Language: Select a valid choice. tlh is not one of the available choices."]
    assert User.objects.get().language == ""


def test_a_cookie_of_a_language_that_nobody_here_speaks_counts_for_nothing(visitor):
    visitor.cookies["django_language"] = "tlh"
    page = visitor.get("/-/language/", headers=GERMAN)
    assert heading(page) == "Sprache"
    assert 'value="" checked' in page.content.decode()


def test_who_signs_up_has_chosen_no_language_and_gets_mails_as_they_were_spoken_to_then(visitor):
    values = {"name": "Anna", "email": "anna@example.org", "password": PASSWORD}
    assert visitor.post("/-/sign-up/", values, headers=GERMAN).status_code == 302
    person = User.objects.get()
    assert (person.language, language_of(person)) == ("", "de")
    assert "django_language" not in visitor.cookies
    page = visitor.get("/-/language/", headers=GERMAN)
    assert (heading(page), 'value="" checked' in page.text) == ("Sprache", True)
    assert heading(visitor.get("/-/language/", headers={"Accept-Language": "en"})) == "Language"
    choose_language(Actor(person.pk), person.pk, language="en")
    assert language_of(User.objects.get()) == "en"


def test_the_mail_of_a_link_is_in_the_persons_language(anna, visitor):
    choose_language(Actor(anna.pk), anna.pk, language="de")
    visitor.post("/-/password/reset/", {"email": anna.email})
    mailing.post(lambda: None).result()
    (sent,) = mail.outbox
    assert sent.subject == "Wähle ein neues Passwort für Cairn"
    assert sent.body.startswith("Hallo Anna Berg,\n\njemand, wahrscheinlich du, hat bei Cairn")
    assert "Der Link gilt einmal und eine Stunde lang." in sent.body


@pytest.mark.parametrize("language", ["en", "de"])
def test_djangos_own_words_follow(visitor, language):
    with translation.override(language):
        expected = translation.gettext("This field is required.")
    answer = visitor.post("/-/sign-in/", {}, headers={"Accept-Language": language})
    assert any(line.endswith(expected) for line in errors(answer))
