"""Pages of checklists are kept like all others, and a tick drops only what shows its run."""

from __future__ import annotations

import pytest

from apps.accounts.actions import rename_person
from apps.documents.actions.binning import bin_document
from apps.documents.actions.run_items import tick_run_item
from apps.documents.actions.run_terms import assign_run
from apps.documents.actions.runs import finish_run, start_run
from tests import given
from tests.rendering.asking import session_of

pytestmark = pytest.mark.django_db(transaction=True)
TASKS = "- [ ] One\n- [ ] Two [[Other]]"


@pytest.fixture
def anna():
    return given.person(name="Anna")


@pytest.fixture
def book(anna):
    return given.handbook(anna, "hut", is_public=True)


@pytest.fixture
def pages(anna, book):
    return [given.page(anna, given.home(book.pk), title, TASKS, publish=True) for title in ("Here", "Other")]


def test_a_tick_drops_only_what_shows_its_run(ask, anna, book, pages):
    here, other = (start_run(anna, page.pk) for page in pages)
    beside = start_run(anna, pages[0].pk, title="Beside")
    finish_run(anna, beside.pk)
    runs = "/hut/-/runs/"
    shows = [runs, f"{runs}of/{pages[0].pk}/", f"{runs}{here.pk}/"]
    others = [
        *(f"{runs}{run.pk}/" for run in (other, beside)),
        f"{runs}of/{pages[1].pk}/",
        f"{runs}?state=finished",
        f"{runs}of/{pages[0].pk}/?state=finished",
        "/hut/",
        "/hut/here/",
        "/hut/other/",
        "/hut/-/tree/",
    ]
    cookies = session_of(anna)
    for address in (*shows, *others):
        ask.warm(address, cookies=cookies)
    tick_run_item(anna, here.pk, here.items[0]["id"])
    assert {address: ask.get(address, cookies=cookies).said for address in (*shows, *others)} == {
        **dict.fromkeys(shows, "changed"),
        **dict.fromkeys(others, "hit"),
    }
    assert "1 of 2" in ask.get(shows[2], cookies=cookies).text


def test_the_record_follows_names_links_and_what_becomes_of_its_page(ask, anna, book, pages):
    run = start_run(anna, pages[0].pk)
    record, cookies = f"/hut/-/runs/{run.pk}/", session_of(anna)
    reader = given.member(anna, book.pk, "reader")
    ask.warm(record, cookies=cookies)
    assign_run(anna, run.pk, person_id=reader.id)
    assert "Reader" in ask.get(record, cookies=cookies).text
    rename_person(reader, reader.id, name="Rosalind")
    assert "Rosalind" in ask.get(record, cookies=cookies).text
    assert '<a href="/hut/other/">Other</a>' in ask.get(record, cookies=cookies).text
    bin_document(anna, pages[1].pk)
    assert 'class="missing"' in ask.get(record, cookies=cookies).text
    bin_document(anna, pages[0].pk)
    assert ask.get(record, cookies=cookies).status == 404


def test_of_a_public_handbook_they_are_for_members(ask, anna, book, pages):
    run = start_run(anna, pages[0].pk)
    record = f"/hut/-/runs/{run.pk}/"
    kept = ask.warm(record, cookies=session_of(anna))
    assert kept["cache-control"] == "private, no-cache"
    for cookies in ({}, session_of(given.person())):
        answer = ask.get(record, cookies=cookies)
        assert answer.status in (302, 403)
        assert "One" not in answer.text
