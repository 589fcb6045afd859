"""Talk among the kept pages: what one comment makes anew, what it costs, and who is given it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.actions import rename_person
from apps.accounts.models import User
from apps.documents.actions.comments import (
    change_comment,
    delete_comment,
    reply_to_thread,
    resolve_thread,
    start_thread,
)
from apps.documents.actions.saving import save_document
from apps.documents.models import Comment, Thread
from apps.documents.selectors.handbook import handbook_view
from apps.documents.selectors.talk import talk_view
from apps.tenants.actions import remove_member
from tests import given
from tests.rendering.asking import session_of

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 500


@pytest.fixture
def owner():
    return given.person(name="Olga")


@pytest.fixture
def book(owner):
    return given.handbook(owner, "ours", is_public=True)


@pytest.fixture
def page(owner, book):
    return given.page(owner, given.home(book.pk), "Water", "One.\n\nTwo.", publish=True)


@pytest.fixture
def other(owner, book):
    return given.page(owner, given.home(book.pk), "Stove", "[[Water]]", publish=True)


def talk(page) -> str:
    return f"/ours/-/talk/{page.pk}/"


def test_each_thing_said_makes_the_talk_of_its_page_anew_and_nothing_else(ask, owner, page, other):
    reader = given.member(owner, page.handbook_id, "reader")
    start_thread(owner, other.pk, source="Elsewhere")
    cookies = session_of(reader)
    own = [talk(page), f"{talk(page)}part/"]
    rest = [talk(other), f"{talk(other)}part/", "/ours/", "/ours/water/", "/ours/stove/", "/ours/-/tree/",
            "/ours/-/search/?q=one", "/ours/-/talk/people/"]  # fmt: skip
    block = page.revision.blocks[0][0]
    said = start_thread(owner, page.pk, source="Begun", block=block).comment
    acts = [
        lambda: start_thread(reader, page.pk, source="Another"),
        lambda: reply_to_thread(reader, said.thread_id, source="Answer"),
        lambda: change_comment(owner, said.pk, source="Changed"),
        lambda: resolve_thread(owner, said.thread_id),
        lambda: delete_comment(owner, said.pk),
    ]
    for act in acts:
        for url in (*own, *rest):
            ask.warm(url, cookies=cookies)
        act()
        assert {url: ask.get(url, cookies=cookies).said for url in rest} == dict.fromkeys(rest, "hit")
        assert {url: ask.get(url, cookies=cookies).said for url in own} == dict.fromkeys(own, "changed")


def test_what_was_deleted_is_served_never_again(ask, owner, page):
    comment = start_thread(owner, page.pk, source="Canary").comment
    reply_to_thread(owner, comment.thread_id, source="Stays")
    cookies = session_of(owner)
    assert b"Canary" in ask.warm(talk(page), cookies=cookies).all_bytes
    delete_comment(owner, comment.pk)
    told = ask.get(talk(page), cookies=cookies).all_bytes
    assert b"Canary" not in told
    assert b"Stays" in told


def test_names_and_texts_are_those_of_now(ask, owner, page):
    bo = given.member(owner, page.handbook_id, "reader")
    rename_person(bo, bo.id, name="Bo")
    block = page.revision.blocks[1][0]
    start_thread(bo, page.pk, source="@Olga [[Stove]]?", block=block)
    cookies = session_of(owner)
    assert "@Olga</span>" in ask.warm(talk(page), cookies=cookies).text
    rename_person(owner, owner.id, name="Olga Ortiz")
    rename_person(bo, bo.id, name="Bob")
    given.page(owner, given.home(page.handbook_id), "Stove", publish=True)
    shown = ask.get(talk(page), cookies=cookies).text
    assert "@Olga Ortiz</span>" in shown
    assert "<b>Bob</b>" in shown
    assert '<a href="/ours/stove/">Stove</a>' in shown
    save_document(owner, page.pk, title="Water", source="One.\n\nTwo!", base_revision_id=page.revision_id)
    assert "The text has changed since." in ask.get(talk(page), cookies=cookies).text


def test_members_alone_are_given_the_talk_of_a_public_handbook(ask, owner, page):
    reader = given.member(owner, page.handbook_id, "reader")
    start_thread(owner, page.pk, source="Canary")
    urls = [talk(page), f"{talk(page)}part/", "/ours/-/talk/people/"]
    cookies = session_of(reader)
    for url in urls:
        kept = ask.warm(url, cookies=cookies)
        assert kept.said == "hit"
        assert kept["cache-control"] == "private, no-cache"
        assert "csrfmiddlewaretoken" not in kept.text
        for who in ({}, session_of(given.person())):
            assert ask.get(url, cookies=who).status in (302, 403)
    remove_member(owner, page.handbook_id, reader.id)
    assert [ask.get(url, cookies=cookies).status for url in urls] == [403] * 3


def furnish(owner, page, comments: int) -> None:
    """That many comments by several people, on each block and the page, with mentions and links."""
    people = [given.member(owner, page.handbook_id, "reader") for _ in range(5)]
    for number, person in enumerate(people):
        rename_person(person, person.id, name=f"{page.title} {number}")
    places = ["", *(block[0] for block in page.revision.blocks)]
    made = 0
    while made < comments:
        said = start_thread(
            people[made % 5], page.pk, source=f"@Olga, see [[Water]] {made}", block=places[made % 3]
        )
        for _ in range(min(9, comments - made - 1)):
            reply_to_thread(owner, said.comment.thread_id, source=f"@{page.title} 1, [[Page {made}]]")
            made += 1
        made += 1


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_a_talk_asks_as_many_queries_with_many_comments_as_with_few(owner, page, other):
    furnish(owner, page, MANY)
    furnish(owner, other, 20)
    client = Client()
    client.force_login(User.objects.get(pk=owner.id))
    assert Comment.objects.filter(document=page).count() == MANY
    for rest in ("", "part/"):
        few, many = (queries_of(client, talk(each) + rest) for each in (other, page))
        assert many == few <= 12
    thread = Thread.objects.filter(document=page).first()
    for url in (f"{talk(page)}new/", f"{talk(page)}threads/{thread.pk}/reply/"):
        assert queries_of(client, url) <= 16


def test_a_long_talk_has_pages_that_part_no_thread(owner, page, monkeypatch):
    furnish(owner, page, 45)
    monkeypatch.setattr("apps.documents.selectors.threads.PAGE_COMMENTS", 15)
    handbook = handbook_view(page.handbook)
    first = talk_view(handbook, page.pk)
    assert [len(thread.comments) for thread in first.open] == [10, 10]
    assert (first.newer_url, first.older_url) == (None, "?from=2")
    last = talk_view(handbook, page.pk, start=4)
    assert [len(thread.comments) for thread in last.open] == [10]
    assert (last.newer_url, last.older_url) == ("?from=2", None)
    thread = last.open[0]
    assert talk_view(handbook, page.pk, thread=str(thread.id)) == last
    assert talk_view(handbook, page.pk, start=99) == last
