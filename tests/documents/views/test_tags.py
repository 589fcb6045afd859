"""Lists of tags, and of the pages that have one: in pages of their own, however many there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.caching.marks import State
from apps.documents.actions.binning import bin_document
from apps.documents.actions.care import change_care
from apps.documents.actions.publishing import publish_document, unpublish_document
from apps.documents.actions.saving import save_document
from apps.documents.models import Document
from apps.documents.selectors import care
from apps.documents.selectors.care import all_tags, due_rows, tagged
from apps.documents.selectors.handbook import handbook_view
from tests.documents import sample
from tests.queries.keeping import Kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def book(anna):
    return sample.handbook(anna, slug="hut", title="Hut")


@pytest.fixture
def page(anna, book):
    def made(title: str, *tags: str, review_on=None) -> Document:
        document = sample.page(book, anna, title)
        change_care(
            sample.actor(anna),
            document.pk,
            owner_id=None,
            tags=tags,
            review_on=review_on,
            review_every_months=None,
        )
        return document

    return made


def followed(client, address: str, word: str) -> list[list[str]]:
    """What stands in links below `word`, page by page, and back again."""
    shown, back = [], []
    while address:
        html = client.get(address).text
        shown.append([part.partition('"')[0] for part in html.split(f'href="/hut/{word}')[1:]])
        back.append(step(html, "prev"))
        address = step(html, "next")
    assert [bool(each) for each in back] == [False] + [True] * (len(back) - 1)
    return shown


def step(html: str, rel: str) -> str:
    paging = html.partition('<nav class="paging"')[2].partition("</nav>")[0]
    return paging.partition(f'rel="{rel}" href="')[2].partition('"')[0].replace("&amp;", "&")


def test_pages_with_a_tag_are_shown_by_title_some_at_a_time(client, page, monkeypatch):
    monkeypatch.setattr(care, "TAGGED_A_PAGE", 2)
    for title in ("Pan", "axe", "Rope", "Bow", "Oil"):
        page(f"Tool {title}", "Winter")
    shown = followed(client, "/hut/-/tags/winter/", "tool-")
    assert shown == [["axe/", "bow/"], ["oil/", "pan/"], ["rope/"]]
    assert step(client.get("/hut/-/tags/winter/?from=4").text, "prev") == "/hut/-/tags/winter/?from=2"
    assert step(client.get("/hut/-/tags/winter/?from=2").text, "prev") == "/hut/-/tags/winter/"


def test_tags_are_shown_some_at_a_time_with_how_many_pages_have_them(client, anna, page, monkeypatch):
    monkeypatch.setattr(care, "TAGS_A_PAGE", 2)
    page("Pan", "b", "D", "e")
    page("Rope", "B", "a", "c")
    unpublish_document(sample.actor(anna), page("Draft", "a", "f").pk)
    shown = followed(client, "/hut/-/tags/", "-/tags/")
    assert shown[0][:2] == ["a/", "b/"]
    html = client.get("/hut/-/tags/").text
    counts = [part.partition("<")[0] for part in html.split('<span class="tag-count">')[1:]]
    assert counts == ["1 page", "2 pages"]
    html = client.get("/hut/-/tags/?from=4").text
    assert ">e <" in html
    assert "/hut/-/tags/f/" not in html
    assert step(html, "next") == ""


def test_the_list_of_tags_is_made_anew_by_what_it_tells(anna, book, page):
    pan = page("Pan", "Winter")
    kept = Kept(lambda: all_tags(handbook_view(book)).rows)
    base = Document.objects.get(pk=pan.pk).revision_id
    save_document(sample.actor(anna), pan.pk, title="PAN", source="Hot.", base_revision_id=base)
    assert kept.state() is State.FRESH
    for write in (
        lambda: page("Rope", "Winter", "Summer"),
        lambda: unpublish_document(sample.actor(anna), pan.pk),
        lambda: publish_document(sample.actor(anna), pan.pk),
        lambda: bin_document(sample.actor(anna), pan.pk),
    ):
        kept = Kept(kept.read)
        write()
        assert kept.state() >= State.CHANGED
        assert kept.read() != kept.value


def test_the_list_of_tags_counts_in_the_database(book, page):
    for number in range(3):
        page(f"Page {number}", "Winter", f"t{number}")
    with CaptureQueriesContext(connection) as queries:
        assert [row.count for row in all_tags(handbook_view(book)).rows] == [1, 1, 1, 3]
    assert [query["sql"] for query in queries if "COUNT" not in query["sql"]] == []


def test_a_tag_of_very_many_pages_depends_on_no_more_than_one_of_few(book, page, monkeypatch):
    for number in range(6):
        page(f"Page {number}", "Winter")
    monkeypatch.setattr("apps.queries.depending.EXACT_MAX", 5)
    kept = Kept(lambda: tagged(handbook_view(book), "winter"))
    [tags] = kept.reads.tags().values()
    assert {tag for tag in tags if tag.startswith("document")} == {
        "document.+",
        "document.title",
        "document.path",
    }
    page("Page 6")
    assert kept.state() >= State.CHANGED


def test_of_what_is_due_no_more_is_read_than_is_shown(book, page, monkeypatch):
    monkeypatch.setattr(care, "ROWS_MAX", 2)
    today = timezone.localdate()
    for days in (400, 3, 1, 2):
        page(f"In {days}", review_on=today + timedelta(days=days))
    with CaptureQueriesContext(connection) as queries:
        assert [row.title for row in due_rows(handbook_view(book))] == ["In 1", "In 2"]
    [read] = [query["sql"] for query in queries if "documents_care" in query["sql"]]
    assert "LIMIT 2" in read
