"""manage.py explain URL tells how a page is found, what it depends on, and what became of it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.caching.marks import State
from apps.events.models import Stream
from apps.rendering.actions import drop_cached
from tests import given
from tests.contract.snapshot import every_table
from tests.rendering.kept import keep

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return given.person()


@pytest.fixture
def book(owner):
    book = given.handbook(owner, "hut", is_public=True)
    given.page(owner, given.home(book.pk), "Water", publish=True)
    return book


def explained(url: str) -> list[str]:
    out = StringIO()
    call_command("explain", url, stdout=out)
    return out.getvalue().splitlines()


def test_of_a_page_nobody_asked_for_it_tells_what_it_would_depend_on(book):
    before = every_table()
    lines = explained("/hut/water/")
    assert every_table() == before
    assert f"handbook     hut ({book.pk})" in lines
    assert "audience     public" in lines
    assert "kept         no server has kept it; the next request is a miss" in lines
    document = next(line.strip() for line in lines if "document[path=water]" in line)
    assert document.startswith("document[path=water].")
    assert lines[0].startswith("page         apps.documents.views.reading.")


def test_of_a_kept_page_it_tells_hits_state_and_cause(owner, book):
    page = keep("/hut/water/", hits=3)
    drop_cached(owner, book.pk, tags=["document.title"])
    position = Stream.objects.get(pk=book.pk).position
    lines = explained("https://example.org/hut/water/")
    assert "kept         /hut/water/ for public" in lines
    assert f"             {page.size_bytes} bytes, 3 hits, 1 times made" in lines
    assert "state        changed" in lines
    (cause,) = [line.strip() for line in lines if "because of" in line]
    assert cause.startswith(f"because of cache_dropped at position {position}, ")


def test_of_a_fresh_page_it_tells_what_dropped_it_last(owner, book):
    drop_cached(owner, book.pk, tags=["document.title"])
    keep("/hut/water/")
    position = Stream.objects.get(pk=book.pk).position
    lines = explained("/hut/water/")
    assert "state        fresh" in lines
    (last,) = [line.strip() for line in lines if "last dropped" in line]
    assert last.startswith(f"last dropped by cache_dropped at position {position}, ")


def test_a_page_that_is_to_be_warm_is_being_made_anew(owner, book):
    keep("/hut/water/")
    drop_cached(owner, book.pk, tags=["page:/hut/water/."], state=State.EXPIRED, warm=True)
    assert "state        expired, being made anew" in explained("/hut/water/")


def test_the_parameters_of_the_address_are_the_pages(book):
    keep("/hut/-/search/")
    lines = explained("/hut/-/search/?q=water&utm_source=mail")
    assert "kept         no server has kept it; the next request is a miss" in lines
    assert any("kept         /hut/-/search/ " in line for line in explained("/hut/-/search/?utm_source=mail"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("/hut/nowhere/", "There is no page at “/hut/nowhere/”."),
        ("/-/account/", "There is no shared page at “/-/account/”."),
        ("/nowhere/", "There is no handbook “nowhere”."),
    ],
)
def test_what_is_unknown_is_named(book, url, said):
    with pytest.raises(CommandError) as refused:
        explained(url)
    assert str(refused.value) == said
