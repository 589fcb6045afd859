"""The quick switcher and completing links: what is found, by whom, and how soon."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.people import ANONYMOUS
from apps.documents.actions.binning import bin_document
from apps.documents.actions.publishing import publish_document, unpublish_document
from apps.documents.actions.saving import save_document
from apps.documents.models import Document
from apps.documents.selectors import names
from apps.documents.selectors.completing import completions
from apps.documents.selectors.handbook import handbook_view
from apps.documents.selectors.jump import jump_anywhere, jump_here
from apps.tenants.models import Handbook
from apps.tenants.permissions import Right
from tests.documents import sample

pytestmark = pytest.mark.django_db
QUERIES_MAX = 12


@pytest.fixture
def owner():
    return sample.person()


@pytest.fixture
def book(owner):
    return sample.handbook(owner, title="Ship", is_public=False)


def found(book: Handbook, text: str, right: Right = Right.READ) -> list[str]:
    return [hit.title for hit in jump_here(ANONYMOUS, handbook_view(book), right, text).hits]


def rename(page: Document, owner, title: str, source: str = "") -> None:
    page.refresh_from_db()
    save_document(sample.actor(owner), page.pk, title=title, source=source, base_revision_id=page.revision_id)


def client_of(person) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def test_pages_headings_and_ways_are_found(book, owner):
    deck = sample.page(book, owner, "Deck", "## Anchors and chains\n\nHeavy.")
    sample.page(book, owner, "Winch", parent=deck)
    hits = jump_here(ANONYMOUS, handbook_view(book), Right.READ, "anch").hits
    assert [(hit.kind, hit.title, hit.where, hit.url) for hit in hits] == [
        ("heading", "Anchors and chains", "Deck", f"/{book.slug}/deck/#anchors-and-chains")
    ]
    hits = jump_here(ANONYMOUS, handbook_view(book), Right.READ, "deck/wi").hits
    assert [(hit.title, hit.where, hit.url) for hit in hits] == [
        ("Winch", "Deck", f"/{book.slug}/deck/winch/")
    ]


def test_before_anything_is_typed_the_pages_that_were_changed_last_are_shown(book, owner):
    for title in ("One", "Two", "Three"):
        sample.page(book, owner, title)
    rename(Document.objects.get(handbook=book, slug="one"), owner, "One", "More.")
    assert found(book, " ")[:3] == ["One", "Three", "Two"]


def test_drafts_are_found_by_editors_alone_and_marked(book, owner):
    draft = sample.page(book, owner, "Secret plan", "## Hidden part", publish=False)
    for text in ("secret", "hidden"):
        assert found(book, text, Right.READ) == found(book, text, Right.TAKE_PART) == []
    hits = jump_here(ANONYMOUS, handbook_view(book), Right.EDIT, "secret").hits
    assert [(hit.kind, hit.url) for hit in hits] == [("draft", f"/{book.slug}/-/drafts/{draft.pk}/")]
    assert found(book, "hidden", Right.EDIT) == ["Hidden part"]


def test_what_is_in_the_bin_is_found_by_nobody(book, owner):
    bin_document(sample.actor(owner), sample.page(book, owner, "Old sail").pk)
    assert found(book, "old sail", Right.MANAGE) == []


@pytest.mark.parametrize("role", ["visitor", "stranger", "reader", "editor"])
def test_each_is_told_of_what_they_may_see_and_of_nothing_else(book, owner, role):
    """One name in a private handbook, a draft of it, and a public one."""
    sample.page(book, owner, "Zebra private")
    sample.page(book, owner, "Zebra draft", publish=False)
    hidden = sample.handbook(owner, title="Zebra hidden book", is_public=False)
    shown = sample.handbook(owner, title="Zebra open book", is_public=True)
    sample.page(shown, owner, "Zebra public")
    person = {
        "visitor": lambda: None,
        "stranger": lambda: sample.person("Sten"),
        "reader": lambda: sample.member(book, owner, "reader"),
        "editor": lambda: sample.member(book, owner, "editor"),
    }[role]()
    client = client_of(person)

    def told(address: str) -> set[str]:
        answer = client.get(address, {"q": "zebra"})
        if answer.status_code != 200:
            return {str(answer.status_code)}
        return set(re.findall("Zebra [a-z ]+", answer.content.decode()))

    in_it = {
        "visitor": {"404"}, "stranger": {"404"},
        "reader": {"Zebra private", "Zebra open book"},
        "editor": {"Zebra private", "Zebra draft", "Zebra open book"},
    }[role]  # fmt: skip
    for part in ("jump/", "jump/list/"):
        assert told(f"/{book.slug}/-/{part}") == in_it
        assert told(f"/{shown.slug}/-/{part}") == {"Zebra public", "Zebra open book"}
        assert told(f"/{hidden.slug}/-/{part}") == {"404"}
        assert told(f"/-/{part}") == (in_it - {"404"}) | {"Zebra open book"}
    links = {"visitor": {"404"}, "stranger": {"404"}, "reader": {"403"}}
    assert told(f"/{book.slug}/-/complete/") == links.get(role, {"Zebra private", "Zebra draft"})


def test_answers_are_kept_by_nobody(book, owner):
    client = client_of(owner)
    for address in (
        f"/{book.slug}/-/jump/",
        f"/{book.slug}/-/jump/list/",
        f"/{book.slug}/-/complete/",
        "/-/jump/",
    ):
        assert client.get(address, {"q": "a"})["Cache-Control"] == "private, no-store"


@pytest.mark.django_db(transaction=True)
def test_a_change_is_found_with_the_next_request_and_reads_only_what_it_touched(book, owner, monkeypatch):
    for title in ("Anchor", "Winch", "Sail"):
        page = sample.page(book, owner, title)
    assert found(book, "sail") == ["Sail"]
    read = []
    original = names.pages._read
    monkeypatch.setattr(names.pages, "_read", lambda streams, ids: read.append(ids) or original(streams, ids))
    assert found(book, "sail") == ["Sail"]
    assert read == []
    rename(page, owner, "Rudder", "## Hinges")
    assert (found(book, "sail"), found(book, "rudd"), found(book, "hing")) == ([], ["Rudder"], ["Hinges"])
    assert read == [{page.pk}]
    unpublish_document(sample.actor(owner), page.pk)
    assert (found(book, "rudd"), found(book, "rudd", Right.EDIT)) == ([], ["Rudder"])
    publish_document(sample.actor(owner), page.pk)
    assert (found(book, "rudd"), found(book, "anch")) == (["Rudder"], ["Anchor"])
    bin_document(sample.actor(owner), page.pk)
    assert found(book, "rudd", Right.EDIT) == []
    assert all(ids == {page.pk} for ids in read)


@pytest.mark.django_db(transaction=True)
def test_a_change_of_another_handbook_reads_nothing_here(book, owner, monkeypatch):
    other = sample.handbook(owner)
    sample.page(book, owner, "Anchor")
    found(book, "anchor")
    monkeypatch.setattr(names.pages, "_read", lambda *_: pytest.fail("read again"))
    sample.page(other, owner, "Anchor")
    assert found(book, "anchor") == ["Anchor"]


@pytest.mark.django_db(transaction=True)
def test_it_takes_a_dozen_statements_at_most_however_much_there_is(book, owner):
    for number in range(3):
        sample.page(sample.handbook(owner, title=f"Rope {number}"), owner, f"Rope {number}", "## Knots")
    sample.page(book, owner, "Rope", publish=False)
    client = client_of(owner)
    for address in (f"/{book.slug}/-/jump/list/", f"/{book.slug}/-/complete/", "/-/jump/list/"):
        for _again in range(2):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert b"Rope" in client.get(address, {"q": "rope"}).content
            assert len(queries) <= QUERIES_MAX, [query["sql"] for query in queries]


def test_the_same_pages_of_all_ones_handbooks_are_found_outside_of_them(book, owner):
    other = sample.handbook(owner, title="Hut", is_public=False)
    sample.page(book, owner, "Rope")
    sample.page(other, owner, "Ropes and knots")
    hits = jump_anywhere(sample.actor(owner), "rope").hits
    assert [(hit.url, hit.where) for hit in hits] == [
        (f"/{book.slug}/rope/", "Ship"),
        (f"/{other.slug}/ropes-and-knots/", "Hut"),
    ]


def written(book: Handbook, typed: str) -> list[str]:
    return [each.text for each in completions(handbook_view(book), typed)]


def test_a_link_is_written_by_title_where_that_means_the_page_else_by_path(book, owner):
    deck = sample.page(book, owner, "Deck")
    sample.page(book, owner, "Winch", parent=deck)
    sample.page(book, owner, "Winch")
    sample.page(book, owner, "C# [notes]")
    sample.page(book, owner, "Winch plan", publish=False)
    assert written(book, "winch") == ["[[Winch]]", "[[deck/winch]]", "[[winch-plan]]"]
    assert written(book, "notes") == ["[[c-notes]]"]
    assert written(book, "dekc")[0] == "[[Deck]]"


def test_headings_of_the_page_before_the_hash_are_offered(book, owner):
    sample.page(book, owner, "Deck", "## Chains\n\na\n\n## Chains\n\nb\n\n## Ropes [old]\n\nc")
    assert written(book, "deck#") == ["[[Deck#Chains]]", "[[Deck#chains-1]]", "[[Deck#ropes-old]]"]
    assert written(book, "deck#rop") == ["[[Deck#ropes-old]]"]
    assert written(book, "nowhere#rop") == []
