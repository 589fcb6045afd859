"""Reading pages: the same bytes for everybody, only what is published, few queries, old addresses."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.documents.actions.binning import bin_document
from apps.documents.actions.places import move_document
from apps.documents.actions.publishing import unpublish_document
from apps.documents.models import Document
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return given.person(name="Owner Olga")


@pytest.fixture
def book(owner):
    return given.handbook(owner, is_public=True)


def signed_in(actor):
    client = Client()
    client.force_login(User.objects.get(pk=actor.id))
    return client


def read(client, book, path=""):
    return client.get(f"/{book.slug}/{path}")


def test_a_public_page_has_the_same_bytes_for_everybody(owner, book):
    page = given.page(owner, given.home(book.pk), "Radio", "Call *twice*.", publish=True)
    given.page(owner, page, "A draft below")
    readers = [Client(), signed_in(owner)]
    readers += [signed_in(given.member(owner, book.pk, role)) for role in ("editor", "reader")]
    answers = {read(client, book, "radio/").content for client in readers}
    assert len(answers) == 1
    html = answers.pop().decode()
    assert "Call <em>twice</em>." in html
    for personal in ("Olga", "csrfmiddlewaretoken", "A draft below", "example.org", "Sign out"):
        assert personal not in html
    assert f"/{book.slug}/-/edit/{page.pk}/" in html
    assert "/-/account/" in html


def test_a_private_page_has_the_same_bytes_for_every_member_and_none_for_others(owner):
    book = given.handbook(owner, is_public=False)
    members = [signed_in(owner), *(signed_in(given.member(owner, book.pk, r)) for r in ("editor", "reader"))]
    assert len({read(client, book).content for client in members}) == 1
    for client in (Client(), signed_in(given.person())):
        answer = read(client, book)
        assert answer.status_code == 404
        assert answer.content == client.get("/no-such-handbook/").content


def test_what_may_be_kept_is_said(owner, book):
    answer = read(Client(), book)
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Language"] == "en"
    assert "Vary" not in answer
    again = Client().get(f"/{book.slug}/", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    private = given.handbook(owner, is_public=False)
    assert read(signed_in(owner), private)["Cache-Control"] == "private, no-cache"


def test_drafts_and_what_is_in_the_bin_are_not_there_for_anybody(owner, book):
    draft = given.page(owner, given.home(book.pk), "Draft")
    shown = given.page(owner, given.home(book.pk), "Shown", publish=True)
    assert read(signed_in(owner), book, "draft/").status_code == 404
    assert read(signed_in(owner), book, "shown/").status_code == 200
    unpublish_document(owner, shown.pk)
    bin_document(owner, draft.pk)
    assert read(signed_in(owner), book, "shown/").status_code == 404
    assert read(signed_in(owner), book, "draft/").status_code == 404
    assert b"Shown" not in read(Client(), book).content


def test_every_address_a_page_ever_had_leads_to_it(owner, book):
    home = given.home(book.pk)
    section = given.page(owner, home, "Section", publish=True)
    page = given.page(owner, home, "Radio", publish=True)
    below = given.page(owner, page, "Channels", publish=True)
    given.readdress(owner, page.pk, slug="wireless")
    move_document(owner, page.pk, parent_id=section.pk, after_id=None)
    for old in ("radio", "wireless"):
        answer = read(Client(), book, f"{old}/")
        assert (answer.status_code, answer["Location"]) == (301, f"/{book.slug}/section/wireless/")
        assert answer["Cache-Control"] == "no-cache"
        answer = read(Client(), book, f"{old}/channels/")
        assert answer["Location"] == f"/{book.slug}/section/wireless/channels/"
    assert Document.objects.get(pk=below.pk).path == "section/wireless/channels"


def test_a_new_page_may_stand_where_an_old_address_led(owner, book):
    home = given.home(book.pk)
    old = given.page(owner, home, "Radio", publish=True)
    given.readdress(owner, old.pk, slug="wireless")
    given.page(owner, home, "Radio", "The new one.", publish=True)
    assert b"The new one." in read(Client(), book, "radio/").content


def test_links_follow_their_pages_and_red_ones_turn_blue(owner, book):
    home = given.home(book.pk)
    target = given.page(owner, home, "Radio", publish=True)
    given.page(owner, home, "Links", "[[Radio]], [[Missing]], [by path](/radio#top)", publish=True)
    html = read(Client(), book, "links/").content.decode()
    assert f'<a href="/{book.slug}/radio/">Radio</a>' in html
    assert f'<a href="/{book.slug}/radio/#top">by path</a>' in html
    assert 'class="missing"' in html
    given.page(owner, home, "Missing", publish=True)
    given.readdress(owner, target.pk, slug="wireless")
    html = read(Client(), book, "links/").content.decode()
    assert f'<a href="/{book.slug}/missing/">Missing</a>' in html
    assert f'<a href="/{book.slug}/wireless/">Radio</a>' in html
    assert "missing" not in html.replace(f"/{book.slug}/missing/", "")


def test_backlinks_name_readable_pages_once_and_follow_renames(owner, book):
    home = given.home(book.pk)
    target = given.page(owner, home, "Radio", publish=True)
    given.page(owner, home, "Watch", "[[Radio]] and again [x](/radio)", publish=True)
    given.page(owner, home, "Secret draft", "[[Radio]]")
    given.readdress(owner, target.pk, slug="wireless")
    html = read(Client(), book, "wireless/").content.decode()
    backlinks = html.partition('id="backlinks"')[2].partition("</section>")[0]
    assert backlinks.count("Watch</a>") == 1
    assert "Secret" not in html


def test_next_leads_through_every_page_in_order_and_previous_back(owner, book):
    dice = random.Random(7)
    pages = [given.home(book.pk)]
    for number in range(24):
        pages.append(given.page(owner, dice.choice(pages), f"Page {number}", publish=True))
    given.page(owner, pages[3], "A draft between")
    visited, backwards = [], {}
    url = f"/{book.slug}/"
    while url:
        html = Client().get(url).content.decode()
        visited.append(url)
        backwards[url] = _step(html, "prev")
        url = _step(html, "next")
    assert sorted(visited) == sorted(f"/{book.slug}/{p.path}{'/' if p.path else ''}" for p in pages)
    assert [backwards[url] for url in visited] == [None, *visited[:-1]]
    assert [len(url) for url in visited] != []


def _step(html, rel):
    found = html.partition(f'<a rel="{rel}" href="')[2]
    return found.partition('"')[0] or None


@pytest.mark.parametrize("count", [3, 60])
def test_a_page_view_asks_at_most_12_queries_whatever_the_size(owner, count):
    """The three that open the gate of a private handbook are remembered by the edge."""
    book = given.handbook(owner, is_public=True)
    parent = given.home(book.pk)
    for number in range(count):
        page = given.page(owner, parent, f"Page {number}", "[[Page 1]] [[Nowhere]] [[Page 2]]", publish=True)
        parent = page if number % 7 == 0 else parent
    given.readdress(owner, page.pk, slug="renamed")
    page.refresh_from_db()
    client = signed_in(owner)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = read(client, book, f"{page.path}/")
    assert answer.status_code == 200
    assert len(queries) <= 12, [query["sql"] for query in queries]


def test_the_tree_is_reachable_without_javascript(owner, book):
    home = given.home(book.pk)
    section = given.page(owner, home, "Section", publish=True)
    given.page(owner, section, "Below", publish=True)
    given.page(owner, section, "Hidden draft")
    whole = Client().get(f"/{book.slug}/-/tree/").content.decode()
    assert "Section" in whole
    branch = Client().get(f"/{book.slug}/-/branch/{section.pk}/").content.decode()
    below = Client().get(f"/{book.slug}/-/tree/{section.pk}/").content.decode()
    for html in (branch, below):
        assert f'/{book.slug}/section/below/"' in html
        assert "Hidden" not in html
    draft = Document.objects.get(title="Hidden draft")
    assert Client().get(f"/{book.slug}/-/tree/{draft.pk}/").status_code == 404


def test_a_level_of_many_pages_is_shown_in_parts(owner, book, monkeypatch):
    monkeypatch.setattr("apps.documents.selectors.tree.LEVEL_MAX", 5)
    home = given.home(book.pk)
    for number in range(12):
        given.page(owner, home, f"Page {number:02}", publish=True)
    first = Client().get(f"/{book.slug}/-/tree/").content.decode()
    assert [n for n in range(12) if f"Page {n:02}<" in first] == [0, 1, 2, 3, 4]
    second = Client().get(f"/{book.slug}/-/tree/{home.pk}/?from=5").content.decode()
    assert [n for n in range(12) if f"Page {n:02}<" in second] == [5, 6, 7, 8, 9]
    page = read(Client(), book, "page-09/").content.decode()
    drawer = page.partition('id="drawer"')[2].partition("</nav>")[0]
    assert [n for n in range(12) if f"Page {n:02}<" in drawer] == [7, 8, 9, 10, 11]
    assert _step(page, "prev") == f"/{book.slug}/page-08/"


def test_the_bar_is_the_only_personal_thing_and_asks(owner, book):
    page = given.page(owner, given.home(book.pk), "Radio", publish=True)
    bar = f"/{book.slug}/-/bar/?document={page.pk}"
    assert "Sign in" in Client().get(bar).content.decode()
    own = signed_in(owner).get(bar)
    assert own["Cache-Control"] == "private, no-store"
    assert "Owner Olga" in own.content.decode()
    assert f"/{book.slug}/-/members/" in own.content.decode()
    reader = signed_in(given.member(owner, book.pk, "reader")).get(bar).content.decode()
    assert f"/{book.slug}/-/edit/" not in reader
    assert f"/{book.slug}/-/drafts/" not in reader


def test_a_link_by_title_finds_a_page_that_is_called_otherwise_than_its_address(owner, book):
    home = given.home(book.pk)
    page = given.page(owner, home, "Tools of the house", publish=True)
    given.readdress(owner, page.pk, slug="tools")
    given.page(owner, page, "Tools of the house", publish=True)
    given.page(owner, home, "Links", "[[Tools of the House]] [[Guide]]", publish=True)
    html = read(Client(), book, "links/").content.decode()
    assert f'<a href="/{book.slug}/tools/tools-of-the-house/">Tools of the house</a>' in html
    bin_document(owner, Document.objects.get(path="tools/tools-of-the-house").pk)
    html = read(Client(), book, "links/").content.decode()
    assert f'<a href="/{book.slug}/tools/">Tools of the house</a>' in html
    assert f'<a href="/{book.slug}/">Guide</a>' in html
    backlinks = read(Client(), book, "tools/").content.decode().partition('id="backlinks"')[2]
    assert f'<a href="/{book.slug}/links/">Links</a>' in backlinks
