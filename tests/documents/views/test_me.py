"""My work: what a person is at, in all their handbooks, and only what they may see now."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.actions import choose_language
from apps.documents.actions.binning import bin_document
from apps.documents.actions.places import move_document
from apps.documents.actions.publishing import publish_document, unpublish_document
from apps.documents.actions.saving import save_document
from apps.documents.models import Document
from apps.documents.selectors.mine import ROWS, my_changes, my_drafts, my_pages
from apps.tenants.actions import change_role, remove_member
from tests.documents import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def book(anna):
    return sample.handbook(anna, slug="hut", title="Hut", color="rose", icon="leaf")


def save(person, document: Document, source: str, message: str = "", title: str = "") -> None:
    row = Document.objects.select_related("revision").get(pk=document.pk)
    save_document(
        sample.actor(person),
        row.pk,
        title=title or row.title,
        source=source,
        message=message,
        base_revision_id=row.revision_id,
    )


def titles(rows) -> list[str]:
    return [row.title for row in rows]


def test_drafts_are_those_one_has_written_in_across_handbooks(anna, book):
    other = sample.handbook(anna, slug="lab", title="Lab", is_public=False)
    emil = sample.member(book, anna, "editor", "Emil")
    sample.page(book, anna, "Shown")
    sample.page(book, emil, "Of Emil alone", publish=False)
    first = sample.page(book, anna, "First", publish=False)
    sample.page(other, anna, "Second", publish=False)
    both = sample.page(book, emil, "Of both", publish=False)
    save(anna, both, "Anna was here.")
    bin_document(sample.actor(anna), sample.page(book, anna, "Binned", publish=False).pk)
    rows = my_drafts(sample.actor(anna))
    assert titles(rows) == ["Of both", "Second", "First"]
    assert (rows[2].url, rows[2].edit_url) == (f"/hut/-/drafts/{first.pk}/", f"/hut/-/edit/{first.pk}/")
    assert (rows[2].handbook.title, rows[2].handbook.color, rows[2].handbook.icon) == ("Hut", "rose", "leaf")
    assert titles(my_drafts(sample.actor(emil))) == ["Of both", "Of Emil alone"]


def test_pages_are_those_one_has_saved_the_last_first_and_each_once(anna, book):
    pages = [sample.page(book, anna, f"Page {number}") for number in range(ROWS + 2)]
    save(anna, pages[0], "Once more.")
    emil = sample.member(book, anna, "editor", "Emil")
    save(emil, pages[1], "By Emil.")
    rows = my_pages(sample.actor(anna))
    assert titles(rows) == ["Page 0", *[f"Page {number}" for number in range(ROWS + 1, 2, -1)]]
    assert (rows[0].url, rows[0].edit_url) == ("/hut/page-0/", f"/hut/-/edit/{pages[0].pk}/")
    assert titles(my_pages(sample.actor(emil))) == ["Page 1"]


def test_changes_are_ones_own_with_what_they_were(anna, book):
    emil = sample.member(book, anna, "editor", "Emil")
    page = sample.page(book, anna, "Water")
    sample.page(book, emil, "Stove")
    save(anna, page, "Cold.", "Colder")
    save(anna, page, "Cold.", title="Spring")
    gone = sample.page(book, anna, "Gone")
    bin_document(sample.actor(anna), gone.pk)
    rows = my_changes(sample.actor(anna))
    told = [(row.kind, row.title, row.url, row.detail) for row in rows]
    assert told[:2] == [("binned", "Gone", None, ""), ("created", "Gone", None, "")]
    assert told[2:5] == [
        ("renamed", "Spring", "/hut/spring/", ""),
        ("edited", "Spring", "/hut/spring/", "Colder"),
        ("created", "Spring", "/hut/spring/", ""),
    ]
    assert titles(my_changes(sample.actor(emil))) == ["Stove"]


def test_who_is_no_editor_any_more_sees_what_readers_see(anna, book):
    emil = sample.member(book, anna, "editor", "Emil")
    actor = sample.actor(emil)
    shown = sample.page(book, emil, "Shown")
    sample.page(book, emil, "Draft", publish=False)
    taken_back = sample.page(book, emil, "Taken back")
    unpublish_document(sample.actor(anna), taken_back.pk)
    assert titles(my_drafts(actor)) == ["Taken back", "Draft"]
    change_role(sample.actor(anna), book.pk, emil.pk, role="reader")
    assert my_drafts(actor) == ()
    (page,) = my_pages(actor)
    assert (page.title, page.edit_url) == ("Shown", None)
    assert titles(my_changes(actor)) == ["Shown"]
    publish_document(sample.actor(anna), taken_back.pk)
    assert titles(my_pages(actor)) == ["Taken back", "Shown"]
    bin_document(sample.actor(anna), shown.pk)
    assert titles(my_pages(actor)) == ["Taken back"]


def test_who_has_left_a_handbook_sees_nothing_of_it(anna, book):
    emil = sample.member(book, anna, "editor", "Emil")
    sample.page(book, emil, "Shown")
    sample.page(book, emil, "Draft", publish=False)
    remove_member(sample.actor(anna), book.pk, emil.pk)
    actor = sample.actor(emil)
    assert (my_drafts(actor), my_pages(actor), my_changes(actor)) == ((), (), ())


def test_who_has_no_handbook_has_nothing(anna):
    actor = sample.actor(anna)
    assert (my_drafts(actor), my_pages(actor), my_changes(actor)) == ((), (), ())


@pytest.mark.parametrize("select", [my_drafts, my_pages, my_changes])
def test_queries_do_not_grow(anna, select):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            select(sample.actor(anna))
        return len(queries)

    def furnish() -> None:
        book = sample.handbook(anna)
        for number in range(3):
            parent = sample.page(book, anna, f"Page {number}")
            draft = sample.page(book, anna, f"Draft {number}", publish=False)
            move_document(sample.actor(anna), draft.pk, parent_id=parent.pk, after_id=None)

    furnish()
    before = count()
    for _ in range(3):
        furnish()
    assert count() == before <= 5


def test_it_speaks_the_language_of_the_person(anna):
    choose_language(sample.actor(anna), anna.pk, language="de")

    async def ask() -> HttpResponseBase:
        client = AsyncClient()
        await client.aforce_login(anna)
        return await client.get("/-/me/")

    answer = async_to_sync(ask)()
    assert (answer.status_code, answer["Content-Language"]) == (200, "de")


def test_a_visitor_is_sent_to_sign_in():
    answer = Client().get("/-/me/")
    assert (answer.status_code, answer["Location"]) == (302, "/-/sign-in/?next=/-/me/")


def test_only_reading_is_allowed(anna):
    client = Client()
    client.force_login(anna)
    assert client.post("/-/me/").status_code == 405


def test_it_is_linked_from_the_bars_and_the_account_page(anna, book):
    client = Client()
    client.force_login(anna)
    for address in ("/-/bar/", "/hut/-/bar/", "/-/account/"):
        assert 'href="/-/me/"' in client.get(address).content.decode()
