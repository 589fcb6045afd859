"""The pages for what is refused and for what is not here: told to whoever reads them."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from apps.accounts.actions import choose_language
from apps.accounts.models import User
from tests import given
from tests.accounts.shown import heading

pytestmark = pytest.mark.django_db
BAR = '<cairn-fragment class="bar" src="/-/bar/">'
SIGN_IN = 'href="/-/sign-in/"'


@pytest.fixture
def reader():
    return given.person()


@pytest.fixture
def book():
    return given.handbook(given.person(), is_public=True)


def client_of(actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.id))
    return client


def test_a_visitor_is_asked_to_sign_in_where_nothing_is_told():
    given.handbook(given.person(), "ours")
    answers = [Client().get(address) for address in ("/ours/", "/ours/plan/", "/never/", "/-/never/")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert (BAR in answers[0].text, answers[0].text.count(SIGN_IN)) == (True, 1)


def test_who_is_signed_in_is_not_asked_to_and_is_told_in_their_language(reader):
    given.handbook(given.person(), "ours")
    client = client_of(reader)
    choose_language(reader, reader.id, language="de")
    answers = [client.get(address) for address in ("/ours/", "/ours/plan/", "/never/", "/-/never/")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    answer = answers[0]
    assert (BAR in answer.text, SIGN_IN in answer.text) == (True, False)
    assert heading(answer) == "Hier steht kein Steinmännchen"
    assert (answer["Content-Language"], answer["Cache-Control"]) == ("de", "private, no-store")


def test_who_may_not_is_told_so_in_their_language(reader, book):
    choose_language(reader, reader.id, language="de")
    answer = client_of(reader).post(f"/{book.slug}/-/new/", {"source": "Typed"})
    assert (answer.status_code, answer["Content-Language"]) == (403, "de")
    assert (BAR in answer.text, SIGN_IN in answer.text) == (True, False)
    assert "Typed</textarea>" in answer.text


def test_in_development_the_pages_are_the_same(settings, reader, book):
    given.handbook(given.person(), "ours")
    settings.DEBUG = True
    for address in ("/ours/", "/never/", f"/{book.slug}/never/"):
        assert heading(Client().get(address)) == "No cairn stands here"
    assert "Typed</textarea>" in Client().post("/ours/-/new/", {"source": "Typed"}).text
    assert heading(client_of(reader).get(f"/{book.slug}/-/new/")) == "You may not do this"
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post(f"/{book.slug}/-/new/", {"source": "Typed"})
    assert (refused.status_code, heading(refused)) == (403, "This form is out of date")
    assert "Typed</textarea>" in refused.text


def test_what_is_refused_is_one_line_in_the_log(caplog, reader, book):
    client_of(reader).get(f"/{book.slug}/-/new/")
    (line,) = caplog.records
    assert (line.getMessage(), line.exc_info) == (f"Forbidden (Permission denied): /{book.slug}/-/new/", None)
    assert logging.getLogger("django").handlers == []
