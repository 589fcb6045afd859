"""Writing pages: nothing typed is lost, by refusals, by conflicts, by a third person."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.documents.actions.binning import bin_document
from apps.documents.models import Document, Revision
from apps.events.actions import RefusedError
from apps.events.models import Event
from apps.tenants.actions import change_handbook, change_role, remove_member
from tests import given
from tests.accounts.shown import heading

pytestmark = pytest.mark.django_db

BASE = "First part.\n\nSecond part.\n\nThird part."


@pytest.fixture
def owner():
    return given.person(name="Owner Olga")


@pytest.fixture
def book(owner):
    return given.handbook(owner, is_public=True)


@pytest.fixture
def page(owner, book):
    return given.page(owner, given.home(book.pk), "Radio", BASE, publish=True)


def signed_in(actor):
    client = Client()
    client.force_login(User.objects.get(pk=actor.id))
    return client


def edit_url(page, tail=""):
    return f"/{page.handbook.slug}/-/edit/{page.pk}/{tail}"


def save(client, page, source, *, base, title="Radio", **values):
    data = {"title": title, "source": source, "base_revision": str(base), "message": "", **values}
    return client.post(edit_url(page), data)


def source_of(page):
    return Document.objects.get(pk=page.pk).revision.source


def test_the_form_saves_a_revision_and_shows_the_page(owner, page):
    client = signed_in(owner)
    form = client.get(edit_url(page)).content.decode()
    assert "First part." in form
    assert str(page.revision_id) in form
    answer = save(client, page, f"{BASE}\r\n\r\nMore.", base=page.revision_id, message="Add more")
    assert (answer.status_code, answer["Location"]) == (302, f"/{page.handbook.slug}/radio/")
    revision = Document.objects.get(pk=page.pk).revision
    assert (revision.number, revision.source, revision.message) == (2, f"{BASE}\n\nMore.", "Add more")
    assert revision.author_id == owner.id
    assert b"<p" in client.get(answer["Location"]).content


def test_saving_what_stands_already_writes_nothing(owner, page):
    events = Event.objects.count()
    save(signed_in(owner), page, BASE, base=page.revision_id)
    assert Event.objects.count() == events


def test_a_refused_form_keeps_what_was_typed(owner, page):
    answer = save(signed_in(owner), page, "My long text", base=page.revision_id, title=" ", message="why")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "My long text" in html
    assert 'value="why"' in html
    assert str(page.revision_id) in html
    assert source_of(page) == BASE


def test_a_title_that_changes_takes_the_address_along(owner, page):
    answer = save(signed_in(owner), page, BASE, base=page.revision_id, title="Wireless")
    assert answer["Location"] == f"/{page.handbook.slug}/wireless/"
    assert Client().get(f"/{page.handbook.slug}/radio/")["Location"] == answer["Location"]


def test_edits_of_different_parts_merge_by_themselves(owner, page):
    other = signed_in(given.member(owner, page.handbook_id, "editor"))
    save(other, page, BASE.replace("First", "1st"), base=page.revision_id)
    answer = save(signed_in(owner), page, BASE.replace("Third", "3rd"), base=page.revision_id)
    assert answer.status_code == 302
    assert source_of(page) == "1st part.\n\nSecond part.\n\n3rd part."


@pytest.fixture
def conflict(owner, page):
    other = signed_in(given.member(owner, page.handbook_id, "editor"))
    save(other, page, BASE.replace("Second part.", "Their second."), base=page.revision_id)
    client = signed_in(owner)
    mine = BASE.replace("Second part.", "My second.")
    return client, save(client, page, mine, base=page.revision_id, title="Radio")


def test_edits_of_the_same_part_are_shown_to_choose_from(conflict, page):
    _client, answer = conflict
    html = answer.content.decode()
    assert answer.status_code == 409
    for text in ("Second part.", "Their second.", "My second.", "Editor", "The rest fits together."):
        assert text in html
    assert heading(answer) == "Two people changed this page"
    assert source_of(page) == BASE.replace("Second part.", "Their second.")


def test_who_saved_in_another_tab_is_told_so(owner, page):
    client = signed_in(owner)
    save(client, page, "All anew.", base=page.revision_id)
    answer = save(client, page, "All otherwise.", base=page.revision_id)
    assert (answer.status_code, heading(answer)) == (409, "You saved this page in another tab")
    assert "From the other tab" in answer.text
    for text in ("Owner Olga", "both", "fits together"):
        assert text not in answer.text.replace('value="both"', "").replace("with both versions", "")


def hidden(html):
    names = ("title", "message", "mine", "base_revision", "theirs_revision", "operation_id")
    found = {}
    for name in names:
        found[name] = html.partition(f'name="{name}" value="')[2].partition('"')[0]
    return found


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        ("mine", "My second."),
        ("theirs", "Their second."),
        ("both", "Their second.\n\nMy second."),
        ("own", "Our second."),
    ],
)
def test_a_choice_is_saved(conflict, page, choice, text):
    client, answer = conflict
    data = hidden(answer.content.decode())
    data |= {"part-1-choice": choice, "part-1-text": "Our second."}
    answer = client.post(edit_url(page, "resolve/"), data)
    assert answer.status_code == 302
    assert source_of(page) == BASE.replace("Second part.", text)
    assert Revision.objects.filter(document=page).count() == (2 if choice == "theirs" else 3)


def test_no_choice_is_asked_for_again_and_keeps_what_was_written(conflict, page):
    client, answer = conflict
    data = hidden(answer.content.decode()) | {"part-1-text": "Half a thought"}
    answer = client.post(edit_url(page, "resolve/"), data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Half a thought" in html
    assert "My second." in html


def test_the_whole_text_may_be_edited_instead(conflict, page):
    client, answer = conflict
    data = hidden(answer.content.decode()) | {"whole": "1", "source": "All new."}
    assert client.post(edit_url(page, "resolve/"), data).status_code == 302
    assert source_of(page) == "All new."


def test_a_third_save_during_the_choice_is_asked_about_in_turn(owner, conflict, page):
    client, answer = conflict
    third = signed_in(given.member(owner, page.handbook_id, "editor"))
    current = Document.objects.get(pk=page.pk)
    save(third, page, current.revision.source.replace("Their", "A third"), base=current.revision_id)
    data = hidden(answer.content.decode()) | {"part-1-choice": "mine"}
    answer = client.post(edit_url(page, "resolve/"), data)
    assert answer.status_code == 409
    assert "A third second." in answer.content.decode()
    assert "My second." in answer.content.decode()


def test_a_title_that_only_one_changed_stays_changed(owner, page):
    other = signed_in(given.member(owner, page.handbook_id, "editor"))
    save(other, page, BASE, base=page.revision_id, title="Wireless")
    save(signed_in(owner), page, f"{BASE}\n\nMore.", base=page.revision_id, title="Radio")
    assert Document.objects.get(pk=page.pk).title == "Wireless"


def test_a_new_page_is_a_draft_until_it_is_published(owner, book):
    client = signed_in(owner)
    home = given.home(book.pk)
    assert (
        'value="Tide tables"'
        in client.get(f"/{book.slug}/-/new/?title=Tide+tables", follow=True).content.decode()
    )
    values = {"title": "Tide tables", "source": "High.", "message": "", "parent": str(home.pk)}
    answer = client.post(f"/{book.slug}/-/new/", values)
    document = Document.objects.get(title="Tide tables")
    assert answer["Location"] == f"/{book.slug}/-/drafts/{document.pk}/"
    assert b"High." in client.get(answer["Location"]).content
    assert Client().get(f"/{book.slug}/tide-tables/").status_code == 404
    answer = client.post(f"/{book.slug}/-/publish/{document.pk}/")
    assert answer["Location"] == f"/{book.slug}/tide-tables/"
    assert Client().get(answer["Location"]).status_code == 200


def test_a_refused_new_page_keeps_what_was_typed(owner, book):
    answer = signed_in(owner).post(f"/{book.slug}/-/new/", {"title": "x" * 201, "source": "Typed long"})
    assert answer.status_code == 422
    assert "Typed long" in answer.content.decode()
    assert Document.objects.filter(handbook=book).count() == 1


def test_preview_shows_the_text_and_writes_nothing(owner, page):
    events = Event.objects.count()
    url = f"/{page.handbook.slug}/-/preview/"
    html = signed_in(owner).post(url, {"source": "**Bold** [[Radio]] <script>x</script>"}).content.decode()
    assert "<strong>Bold</strong>" in html
    assert f'href="/{page.handbook.slug}/radio/"' in html
    assert "<script>" not in html
    assert Event.objects.count() == events
    too_long = signed_in(owner).post(url, {"source": "x" * 1_000_001})
    assert too_long.status_code == 422


@pytest.mark.parametrize("tail", ["edit/{id}/", "new/", "history/{id}/", "move/{id}/", "drafts/", "bin/"])
def test_only_editors_come_in(owner, page, tail):
    url = f"/{page.handbook.slug}/-/{tail.format(id=page.pk)}"
    anonymous = Client().get(url)
    assert (anonymous.status_code, anonymous["Location"]) == (302, f"/-/sign-in/?next={url}")
    assert signed_in(given.member(owner, page.handbook_id, "reader")).get(url).status_code == 403
    assert signed_in(given.member(owner, page.handbook_id, "editor")).get(url, follow=True).status_code == 200


def test_a_page_of_another_handbook_is_not_there(owner, page):
    stranger = given.person()
    own = given.handbook(stranger)
    client = signed_in(stranger)
    for tail in ("edit", "history", "move"):
        assert client.get(f"/{own.slug}/-/{tail}/{page.pk}/").status_code == 404
    for tail in ("publish", "unpublish", "bin"):
        client.post(f"/{own.slug}/-/{tail}/{page.pk}/")
    page.refresh_from_db()
    assert page.published_at is not None
    assert page.binned_at is None


def test_what_cannot_be_saved_is_shown_to_copy(owner, page):
    editor = given.member(owner, page.handbook_id, "editor")
    client = signed_in(editor)
    change_role(owner, page.handbook_id, editor.id, role="reader")
    answers = {403: save(client, page, "My <long> text", base=page.revision_id)}
    change_handbook(owner, page.handbook_id, is_public=False)
    remove_member(owner, page.handbook_id, editor.id)
    answers[404] = save(client, page, "My <long> text", base=page.revision_id)
    signed_out = save(Client(), page, "My <long> text", base=page.revision_id)
    assert signed_out.status_code == 404
    for status, answer in answers.items():
        assert answer.status_code == status
        assert "My &lt;long&gt; text</textarea>" in answer.content.decode()
    assert "My &lt;long&gt; text</textarea>" in signed_out.content.decode()
    assert source_of(page) == BASE


def test_a_page_that_was_binned_meanwhile_gives_the_text_back(owner, page):
    bin_document(owner, page.pk)
    answer = save(signed_in(owner), page, "My long text", base=page.revision_id)
    assert answer.status_code == 422
    assert "is in the bin" in answer.content.decode()
    assert "My long text" in answer.content.decode()


def test_the_other_persons_rename_survives_a_conflict(owner, page):
    other = signed_in(given.member(owner, page.handbook_id, "editor"))
    save(other, page, BASE.replace("Second", "Their"), base=page.revision_id, title="Wireless")
    client = signed_in(owner)
    answer = save(client, page, BASE.replace("Second", "My"), base=page.revision_id, publish="1")
    data = hidden(answer.content.decode())
    assert data["title"] == "Wireless"
    assert 'name="publish" value="1"' in answer.content.decode()
    client.post(edit_url(page, "resolve/"), data | {"part-1-choice": "theirs"})
    assert Document.objects.get(pk=page.pk).path == "wireless"


def test_a_new_page_that_is_sent_twice_is_one_page(owner, book):
    form = {"title": "Once", "source": "", "operation_id": "01a20375-db52-7d2d-8e02-f7ef1e704158"}
    client = signed_in(owner)
    assert (
        client.post(f"/{book.slug}/-/new/", form)["Location"]
        == (client.post(f"/{book.slug}/-/new/", form)["Location"])
    )
    assert Document.objects.filter(handbook=book, title="Once").count() == 1


def test_going_back_after_saving_a_new_page_leads_to_that_page(owner, book):
    client, new_url = signed_in(owner), f"/{book.slug}/-/new/"
    shown = client.get(f"{new_url}?title=Tide+table")["Location"]
    form = {**hidden(client.get(shown).text), "title": "Tide table", "source": "High."}
    assert shown == f"{new_url}?title=Tide+table&operation_id={form['operation_id']}"
    refused = client.post(new_url, {**form, "title": ""})
    assert (refused.status_code, hidden(refused.text)["operation_id"]) == (422, form["operation_id"])
    client.post(new_url, form)
    page = Document.objects.get(title="Tide table")
    assert client.get(shown)["Location"] == edit_url(page)
    again = client.post(new_url, {**form, "title": "Tide tables", "source": "High.\n\nLow."})
    page.refresh_from_db()
    assert again["Location"] == f"/{book.slug}/-/drafts/{page.pk}/"
    assert (page.title, source_of(page)) == ("Tide tables", "High.\n\nLow.")
    assert Document.objects.filter(handbook=book).count() == 2
    save(client, page, "Ebb.", base=page.revision_id)
    clash = client.post(new_url, {**form, "source": "Flood."})
    assert (clash.status_code, "Flood." in clash.text, "Ebb." in clash.text) == (409, True, True)
    bin_document(owner, page.pk)
    given_back = client.post(new_url, {**form, "source": "High.\n\nFlood."})
    assert (given_back.status_code, "Flood." in given_back.text) == (422, True)
    assert client.get(shown)["Location"] == new_url
    assert Document.objects.filter(handbook=book).count() == 2


def test_the_id_of_a_new_page_is_its_persons_and_its_handbooks_own(owner, book):
    client, new_url = signed_in(owner), f"/{book.slug}/-/new/"
    form = {"title": "Mine", "source": "", "operation_id": "01a20375-db52-7d2d-8e02-f7ef1e704158"}
    client.post(new_url, form)
    other = signed_in(given.member(owner, book.pk, "editor"))
    assert other.get(f"{new_url}?operation_id={form['operation_id']}").status_code == 200
    elsewhere = given.handbook(owner)
    other.post(new_url, {**form, "title": "Theirs"})
    client.post(f"/{elsewhere.slug}/-/new/", {**form, "title": "Elsewhere"})
    made = Document.objects.exclude(parent=None).values_list("title", "handbook__slug").order_by("title")
    assert list(made) == [("Elsewhere", elsewhere.slug), ("Mine", book.slug), ("Theirs", book.slug)]


def test_long_and_deep_and_odd_addresses_are_refused_kindly(owner, book):
    home = parent = given.home(book.pk)
    for _same in range(3):
        assert len(given.page(owner, home, "x" * 120).slug) <= 80
    with pytest.raises(RefusedError, match="at most 30 levels"):
        for number in range(40):
            parent = given.page(owner, parent, f"p{number}")
    assert Client().get(f"/{book.slug}/%00/").status_code == 404
    assert Client().get("/%00x/").status_code == 404
    answer = signed_in(owner).post(f"/{book.slug}/-/new/", {"title": "a\0b", "source": "", "message": "\0"})
    assert Document.objects.get(title="ab").path == "ab"
    assert answer.status_code == 302


def test_the_places_of_another_handbook_are_not_told(owner, book, page):
    stranger = given.person()
    own = given.handbook(stranger)
    mine = given.page(stranger, given.home(own.pk), "Mine")
    secret = given.page(owner, given.home(book.pk), "Secret draft")
    url = f"/{own.slug}/-/move/{mine.pk}/"
    for parent in (given.home(book.pk).pk, secret.pk):
        answer = signed_in(stranger).post(url, {"reload": "1", "parent": parent})
        assert (answer.status_code, b"Secret draft" in answer.content) == (422, False)
