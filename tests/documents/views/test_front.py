"""The front page is the same for all of one language; what is yours comes from its own address."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.documents.actions.binning import bin_document
from apps.documents.actions.saving import save_document
from apps.documents.selectors.front import cards_of, public_cards
from tests.accounts.conftest import signed_in
from tests.documents import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return sample.person("Anna")


def test_public_handbooks_are_listed_by_title_with_what_readers_find_in_them(anna):
    book = sample.handbook(anna, title="Zebra", slug="zebra", color="rose", icon="leaf")
    sample.handbook(anna, title="Alps", slug="alps")
    sample.handbook(anna, title="Secret", slug="secret", is_public=False)
    sample.page(book, anna, "Read me")
    sample.page(book, anna, "Draft", publish=False)
    bin_document(sample.actor(anna), sample.page(book, anna, "Gone").pk)
    home = sample.home(book)
    text = "How we live. " + "Every word of it matters to us all. " * 20
    save_document(sample.actor(anna), home.pk, title="Zebra", source=text, base_revision_id=home.revision_id)
    alps, zebra = public_cards()
    assert (alps.title, alps.url, alps.page_count) == ("Alps", "/alps/", 1)
    assert (zebra.url, zebra.color, zebra.icon, zebra.page_count, zebra.is_public) == (
        "/zebra/",
        "rose",
        "leaf",
        2,
        True,
    )
    assert zebra.description.startswith("How we live. Every word of it matters")
    assert zebra.description.endswith(" …")
    assert len(zebra.description) <= 162


def test_everybody_of_one_language_gets_the_same_bytes(anna):
    sample.handbook(anna, title="Secret", slug="secret", is_public=False)
    sample.handbook(anna, title="Alps", slug="alps")
    clients = (Client(), signed_in(anna), Client(headers={"Accept-Language": "fr"}))
    answers = [client.get("/") for client in clients]
    assert len({answer.content for answer in answers}) == 1
    assert len({answer["ETag"] for answer in answers}) == 1
    text = answers[0].content.decode()
    assert "Alps" in text
    assert "Secret" not in text
    assert "Anna" not in text
    assert "csrf" not in text
    for answer in answers:
        assert (answer["Cache-Control"], answer["Content-Language"]) == ("no-cache", "en")
        assert answer.cookies == {}
        assert answer["Vary"] == "Accept-Language, Cookie"


def test_each_is_spoken_to_in_their_language(anna):
    german = Client(headers={"Accept-Language": "de-CH, de;q=0.9, en;q=0.1"})
    answer = german.get("/")
    assert "Handbücher, die den Weg zeigen." in answer.content.decode()
    assert answer["Content-Language"] == "de"
    assert answer["ETag"] != Client().get("/")["ETag"]


def test_what_the_browser_has_already_is_not_sent_again(anna):
    client = Client()
    tag = client.get("/")["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304
    sample.handbook(anna)
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_without_a_handbook_it_says_how_to_begin():
    assert 'href="/-/handbooks/new/"' in Client().get("/").content.decode()


def test_the_number_of_queries_does_not_grow(anna):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            Client().get("/")
        return len(captured)

    sample.handbook(anna)
    one = queries()
    for _ in range(5):
        sample.handbook(anna)
    assert queries() == one == 3


def test_yours_lists_the_handbooks_of_the_person_alone(anna):
    mine = sample.handbook(anna, title="Mine", slug="mine", is_public=False)
    bo = sample.person("Bo")
    sample.handbook(bo, title="Theirs", is_public=True)
    sample.handbook(bo, title="Hidden", is_public=False)
    answer = signed_in(anna).get("/-/handbooks/yours/")
    text = answer.content.decode()
    assert 'href="/mine/"' in text
    assert "Theirs" not in text
    assert "Hidden" not in text
    assert 'href="/-/handbooks/new/"' in text
    assert answer["Cache-Control"] == "private, no-store"
    assert [card.title for card in cards_of(sample.actor(bo))] == ["Hidden", "Theirs"]
    assert mine.title == "Mine"


def test_yours_is_empty_for_a_visitor(anna):
    sample.handbook(anna, title="Alps")
    answer = Client().get("/-/handbooks/yours/")
    assert (answer.status_code, answer.content.strip()) == (200, b"")
