"""Moving, publishing, binning, history: each by the page a person would use."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.documents.actions.binning import bin_document, restore_document
from apps.documents.actions.publishing import publish_document
from apps.documents.actions.saving import save_document
from apps.documents.models import Document
from apps.events.actions import RefusedError
from apps.events.models import Event
from tests import given
from tests.accounts.shown import notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return given.person()


@pytest.fixture
def book(owner):
    return given.handbook(owner, is_public=True)


@pytest.fixture
def client(owner):
    signed_in = Client()
    signed_in.force_login(User.objects.get(pk=owner.id))
    return signed_in


def titles(parent):
    rows = Document.objects.filter(parent=parent, binned_at=None).order_by("position")
    return list(rows.values_list("title", flat=True))


def test_a_page_moves_by_form_behind_the_sibling_that_was_chosen(owner, book, client):
    home = given.home(book.pk)
    pages = {name: given.page(owner, home, name, publish=True) for name in "ABCD"}
    url = f"/{book.slug}/-/move/{pages['D'].pk}/"
    assert b"After" in client.get(url).content or b"Comes after" in client.get(url).content
    client.post(url, {"parent": home.pk, "after": pages["A"].pk})
    assert titles(home) == ["A", "D", "B", "C"]
    client.post(url, {"parent": home.pk, "after": ""})
    assert titles(home) == ["D", "A", "B", "C"]
    answer = client.post(url, {"parent": pages["B"].pk, "after": ""})
    assert answer["Location"] == f"/{book.slug}/b/d/"
    assert titles(home) == ["A", "B", "C"]


def test_choosing_a_parent_first_shows_its_places_and_moves_nothing(owner, book, client):
    home = given.home(book.pk)
    a, b = (given.page(owner, home, name, publish=True) for name in "AB")
    given.page(owner, b, "Below B", publish=True)
    html = client.post(f"/{book.slug}/-/move/{a.pk}/", {"parent": b.pk, "reload": "1"}).content.decode()
    assert "Below B" in html
    assert titles(home) == ["A", "B"]


@pytest.mark.parametrize("where", ["itself", "below", "foreign", "draft", "nowhere"])
def test_an_impossible_move_is_refused_and_nothing_moves(owner, book, client, where):
    home = given.home(book.pk)
    page = given.page(owner, home, "Page", publish=True)
    below = given.page(owner, page, "Below", publish=True)
    draft = given.page(owner, home, "Draft")
    foreign = given.home(given.handbook(owner).pk)
    targets = {"itself": page, "below": below, "foreign": foreign, "draft": draft}
    parent = targets[where].pk if where in targets else "not-an-id"
    answer = client.post(f"/{book.slug}/-/move/{page.pk}/", {"parent": parent, "after": ""})
    assert answer.status_code == (404 if where == "nowhere" else 422)
    page.refresh_from_db()
    assert (page.parent_id, page.path) == (home.pk, "page")


def test_a_parent_that_is_gone_by_then_is_said_so_and_another_is_asked_for(owner, book, client):
    home = given.home(book.pk)
    page, other = (given.page(owner, home, name, publish=True) for name in ("Page", "Other"))
    bin_document(owner, other.pk)
    for values in ({}, {"reload": "1"}):
        answer = client.post(f"/{book.slug}/-/move/{page.pk}/", {"parent": other.pk, "after": "", **values})
        assert answer.status_code == 422
        assert answer.text.count("The page it should stand below is not there any more.") == 2
        assert f'<option value="{home.pk}" selected>' in answer.text
        assert str(other.pk) not in answer.text
    page.refresh_from_db()
    assert page.path == "page"


def test_two_siblings_never_share_an_address(owner, book):
    home = given.home(book.pk)
    a = given.page(owner, home, "A", publish=True)
    given.page(owner, a, "Same", publish=True)
    assert given.page(owner, home, "Same").path == "same"
    assert given.page(owner, home, "Same").path == "same-2"


def test_the_bin_keeps_a_subtree_and_gives_it_back(owner, book, client):
    home = given.home(book.pk)
    page = given.page(owner, home, "Page", publish=True)
    below = given.page(owner, page, "Below", publish=True)
    answer = client.post(f"/{book.slug}/-/bin/{page.pk}/")
    assert answer["Location"] == f"/{book.slug}/-/bin/"
    html = client.get(answer["Location"]).content.decode()
    assert "with 1 page below" in html
    assert Client().get(f"/{book.slug}/page/below/").status_code == 404
    client.post(f"/{book.slug}/-/bin/{page.pk}/restore/")
    assert Client().get(f"/{book.slug}/page/below/").status_code == 200
    below.refresh_from_db()
    assert (below.binned_at, below.bin_root_id, below.path) == (None, None, "page/below")


def test_a_second_press_finds_it_done_and_does_no_more(owner, book, client):
    page = given.page(owner, given.home(book.pk), "Page", publish=True)
    below = given.page(owner, page, "Below", publish=True)
    for what, leads_to in ((f"bin/{page.pk}", "-/bin/"), (f"bin/{page.pk}/restore", "page/")):
        first = client.post(f"/{book.slug}/-/{what}/")
        events = Event.objects.count()
        again = client.post(f"/{book.slug}/-/{what}/")
        assert first["Location"] == again["Location"] == f"/{book.slug}/{leads_to}"
        assert Event.objects.count() == events
    client.post(f"/{book.slug}/-/bin/{page.pk}/")
    assert client.post(f"/{book.slug}/-/bin/{below.pk}/")["Location"] == f"/{book.slug}/-/bin/"
    assert client.post(f"/{book.slug}/-/bin/{below.pk}/restore/").status_code == 404
    below.refresh_from_db()
    assert below.bin_root_id == page.pk


def test_what_was_done_is_said_in_the_language_of_who_did_it(owner, book, client):
    page = given.page(owner, given.home(book.pk), "Page")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    said = []
    for what in (f"publish/{page.pk}", f"unpublish/{page.pk}", f"bin/{page.pk}", f"bin/{page.pk}/restore"):
        client.post(f"/{book.slug}/-/{what}/")
        said += notices(client.get(f"/{book.slug}/-/bar/"))
    assert said == [
        "Veröffentlicht.",
        "Zu den Entwürfen zurückgeholt.",
        "In den Papierkorb gelegt.",
        "Zurückgelegt.",
    ]


def test_what_comes_back_finds_a_free_address_and_a_parent_that_is_there(owner, book):
    home = given.home(book.pk)
    page = given.page(owner, home, "Page", publish=True)
    below = given.page(owner, page, "Below", publish=True)
    bin_document(owner, below.pk)
    bin_document(owner, page.pk)
    given.page(owner, home, "Below", publish=True)
    given.page(owner, home, "Page", publish=True)
    restored = restore_document(owner, below.pk)
    assert (restored.parent_id, restored.path) == (home.pk, "below-2")
    assert restore_document(owner, page.pk).path == "page-2"


def test_what_comes_back_under_a_draft_is_a_draft(owner, book):
    home = given.home(book.pk)
    parent = given.page(owner, home, "Parent", publish=True)
    page = given.page(owner, parent, "Page", publish=True)
    bin_document(owner, page.pk)
    Client()
    from apps.documents.actions.publishing import unpublish_document

    unpublish_document(owner, parent.pk)
    assert restore_document(owner, page.pk).published_at is None


def test_the_home_page_stays(owner, book, client):
    home = given.home(book.pk)
    for tail in ("bin", "unpublish"):
        client.post(f"/{book.slug}/-/{tail}/{home.pk}/")
    assert client.get(f"/{book.slug}/-/move/{home.pk}/").status_code == 404
    home.refresh_from_db()
    assert home.binned_at is None
    assert home.published_at is not None
    with pytest.raises(RefusedError):
        bin_document(owner, home.pk)


def test_publishing_publishes_what_stands_above(owner, book):
    home = given.home(book.pk)
    section = given.page(owner, home, "Section")
    page = given.page(owner, section, "Page")
    publish_document(owner, page.pk)
    section.refresh_from_db()
    assert section.published_at is not None
    draft = given.page(owner, home, "Draft")
    given.page(owner, draft, "Below", publish=True)
    draft.refresh_from_db()
    assert draft.published_at is not None


def test_history_shows_changes_and_restores(owner, book, client):
    page = given.page(owner, given.home(book.pk), "Page", "The old words stay.", publish=True)
    save_document(
        owner,
        page.pk,
        title="Page",
        source="The new words stay.",
        base_revision_id=page.revision_id,
        message="Renew",
    )
    url = f"/{book.slug}/-/history/{page.pk}/"
    assert b"Renew" in client.get(url).content
    diff = client.get(f"{url}2/changes/").content.decode()
    assert "<del>old</del>" in diff
    assert "<ins>new</ins>" in diff
    assert b"The old words stay." in client.get(f"{url}1/").content
    client.post(f"{url}1/restore/")
    page.refresh_from_db()
    assert (page.revision.number, page.revision.source) == (3, "The old words stay.")
    assert client.get(f"{url}9/").status_code == 404
