"""Care of pages: tags, owners, review and confirmation of reading, as pages show and forms change them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.caching.process import hearing
from apps.caching.reads import reading
from apps.documents.actions.binning import bin_document
from apps.documents.actions.care import (
    ask_confirmation,
    change_care,
    confirm_reading,
    mark_reviewed,
    months_later,
    stop_confirmation,
)
from apps.documents.actions.publishing import unpublish_document
from apps.documents.models import Care, Confirmation, Document, Label
from apps.documents.selectors.care import is_due
from apps.documents.selectors.my_care import my_care
from apps.events.actions import RefusedError
from apps.events.relay import drain
from apps.notifications.handlers import notify, remind
from apps.notifications.models import Notification
from apps.notifications.selectors import my_notices, unread_count
from apps.tenants.actions import change_role, remove_member
from tests.accounts.shown import errors, fields, notices
from tests.contract.snapshot import every_table
from tests.documents import sample
from tests.notifications.test_telling import save

pytestmark = pytest.mark.django_db
QUERIES_MAX = 12


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def book(anna):
    return sample.handbook(anna, slug="hut", title="Hut")


@pytest.fixture
def emil(anna, book):
    return sample.member(book, anna, "editor", "Emil")


@pytest.fixture
def rita(anna, book):
    return sample.member(book, anna, "reader", "Rita")


@pytest.fixture
def stove(anna, book) -> Document:
    return sample.page(book, anna, "Stove", "Cold.")


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def care(person, document, **values):
    blank = {"owner_id": None, "tags": (), "review_on": None, "review_every_months": None}
    return change_care(sample.actor(person), document.pk, **(blank | values))


def revision_of(document):
    return Document.objects.get(pk=document.pk).revision_id


def confirm_link(client: Client) -> str:
    """Where the page leads those who have read it."""
    [address] = re.findall(r'<a href="([^"]+)">Confirm</a>', client.get("/hut/stove/").text)
    return address


def today() -> date:
    return timezone.localdate()


def texts(person) -> list[str]:
    return [row.told.text for row in my_notices(sample.actor(person))]


# Tags


def test_the_form_gives_tags_that_pages_show_and_lists_find(client, anna, stove):
    address = f"/hut/-/care/{stove.pk}/"
    answer = client_of(anna).post(address, {"tags": " Winter, Fire  safety,winter ,, "})
    assert answer["Location"] == address
    assert Care.objects.get().labels == [["winter", "Winter"], ["fire-safety", "Fire safety"]]
    page = client.get("/hut/stove/").text
    assert '<a class="tag" href="/hut/-/tags/fire-safety/">Fire safety</a>' in page
    assert "Stove" in client.get("/hut/-/tags/fire-safety/").text
    listed = client.get("/hut/-/tags/").text
    assert listed.index("Fire safety") < listed.index("Winter")
    assert 'value="Winter, Fire safety"' in client_of(anna).get(address).text


def test_tags_that_are_taken_away_lead_nowhere(client, anna, stove):
    care(anna, stove, tags=["Winter", "Summer"])
    care(anna, stove, tags=["summer"])
    assert [(row.slug, row.name) for row in Label.objects.all()] == [("summer", "summer")]
    assert client.get("/hut/-/tags/winter/").status_code == 404
    assert "summer" in client.get("/hut/stove/").text


def test_a_draft_is_in_no_list_of_tags(client, anna, stove):
    care(anna, stove, tags=["Winter"])
    unpublish_document(sample.actor(anna), stove.pk)
    assert client.get("/hut/-/tags/winter/").status_code == 404
    assert "Winter" not in client.get("/hut/-/tags/").text


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ("x" * 41, "at most 40 characters"),
        ("!!!", "“!!!” is no tag"),
        (",".join("abcdefghijklmnopqrstu"), "20"),
        ("C++, C#, C", "“C++” and “C#” would be one tag"),
    ],
)
def test_tags_that_cannot_be_are_refused_and_kept_in_the_form(anna, stove, tags, said):
    answer = client_of(anna).post(f"/hut/-/care/{stove.pk}/", {"tags": tags})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{tags}"' in answer.text
    assert not Care.objects.exists()


def test_a_comma_within_a_tag_parts_nothing_when_it_is_saved_again(anna, stove):
    """As a file brings it."""
    care(anna, stove, tags=["Ops, Night", "Winter"])
    editor, address = client_of(anna), f"/hut/-/care/{stove.pk}/"
    editor.post(address, fields(editor.get(address)))
    assert Care.objects.get().labels == [["ops-night", "Ops Night"], ["winter", "Winter"]]


def test_no_tag_has_a_nul(client, anna, stove):
    care(anna, stove, tags=["Winter"])
    for address in ("/hut/-/tags/%00/", "/hut/-/tags/winter%00/", "/hut/%00/"):
        assert client.get(address).status_code == 404


# Owner and review


def test_an_owner_is_an_editor(anna, emil, rita, stove):
    address = f"/hut/-/care/{stove.pk}/"
    form = client_of(anna).get(address).text
    assert (f'value="{emil.pk}"' in form, f'value="{rita.pk}"' in form) == (True, False)
    assert client_of(anna).post(address, {"owner_id": str(rita.pk)}).status_code == 422
    assert client_of(anna).post(address, {"owner_id": str(uuid4())}).status_code == 422
    assert client_of(anna).post(address, {"owner_id": str(emil.pk)}).status_code == 302
    drain([notify])
    assert texts(emil) == ["Anna made you the one who looks after “Stove”"]


def test_an_owner_who_writes_no_more_stays_until_another_is_chosen(anna, emil, book, stove):
    care(anna, stove, owner_id=emil.pk)
    change_role(sample.actor(anna), book.pk, emil.pk, role="reader")
    editor, address = client_of(anna), f"/hut/-/care/{stove.pk}/"
    form = fields(editor.get(address))
    assert form["owner_id"] == str(emil.pk)
    assert editor.post(address, {**form, "tags": "Winter"}).status_code == 302
    assert Care.objects.get().owner_id == emil.pk
    remove_member(sample.actor(anna), book.pk, emil.pk)
    assert fields(editor.get(address))["owner_id"] == str(emil.pk)
    editor.post(address, {**form, "owner_id": ""})
    assert Care.objects.get().owner_id is None
    assert str(emil.pk) not in editor.get(address).text


def test_two_who_have_the_form_open_take_nothing_back_from_each_other(anna, emil, stove):
    care(anna, stove, tags=["Winter", "Fire"], review_every_months=3)
    address = f"/hut/-/care/{stove.pk}/"
    first, second = client_of(anna), client_of(emil)
    forms = [fields(who.get(address)) for who in (first, second)]
    first.post(address, {**forms[0], "tags": "fire, Snow", "owner_id": str(emil.pk)})
    sent = {**forms[1], "tags": "Winter, Fire, Ice", "review_on": "2031-05-04"}
    assert second.post(address, sent).status_code == 302
    row = Care.objects.get()
    assert (row.tags, row.owner_id) == (["fire", "Ice", "Snow"], emil.pk)
    assert (row.review_on, row.review_every_months) == (date(2031, 5, 4), 3)
    assert {label.name for label in Label.objects.all()} == {"fire", "Ice", "Snow"}


def test_where_both_change_one_thing_the_second_sees_what_the_first_made_of_it(anna, emil, stove):
    address = f"/hut/-/care/{stove.pk}/"
    first, second = client_of(anna), client_of(emil)
    forms = [fields(who.get(address)) for who in (first, second)]
    made = {"owner_id": str(anna.pk), "review_on": "2031-05-04", "tags": "Winter"}
    first.post(address, {**forms[0], **made})
    mine = {"owner_id": str(emil.pk), "review_on": "2032-06-05", "tags": "Snow"}
    refused = second.post(address, {**forms[1], **mine})
    again = "Save again to have it as it stands here."
    assert (refused.status_code, errors(refused)) == (
        422,
        [
            f"Who looks after it: Meanwhile somebody else changed this to “Anna”. {again}",
            f"To be reviewed on: Meanwhile somebody else changed this to “4 May 2031”. {again}",
        ],
    )
    assert Care.objects.get().owner_id == anna.pk
    form = fields(refused)
    assert {name: form[name] for name in mine} == {**mine, "tags": "Snow, Winter"}
    first.post(address, {**fields(first.get(address)), "review_on": ""})
    refused = second.post(address, form)
    emptied = f"To be reviewed on: Meanwhile somebody else emptied this. {again}"
    assert (refused.status_code, errors(refused)) == (422, [emptied])
    assert second.post(address, fields(refused)).status_code == 302
    row = Care.objects.get()
    assert (row.owner_id, row.review_on, row.tags) == (emil.pk, date(2032, 6, 5), ["Snow", "Winter"])


def test_reviewing_with_a_form_that_others_have_overtaken_keeps_what_they_made(anna, emil, stove):
    care(anna, stove, review_on=today(), review_every_months=6)
    editor, address = client_of(emil), f"/hut/-/care/{stove.pk}/"
    form, day = fields(editor.get(address)), today() + timedelta(days=9)
    care(anna, stove, tags=["Winter"], owner_id=anna.pk, review_on=day, review_every_months=3)
    assert editor.post(f"{address}reviewed/", form).status_code == 302
    row = Care.objects.get()
    assert (row.tags, row.owner_id, row.review_every_months) == (["Winter"], anna.pk, 3)
    assert (row.review_on, row.reviewed_by_id) == (day, emil.pk)


def test_what_came_between_the_form_and_the_lock_is_not_overwritten(anna, emil, stove):
    care(anna, stove, tags=["Winter"], owner_id=emil.pk)
    for was, values in (
        ({"owner_id": None}, {"owner_id": anna.pk}),
        ({"tags": []}, {"tags": ["Snow"]}),
    ):
        before = every_table()
        with pytest.raises(RefusedError, match="saved this at the same moment"):
            change_care(sample.actor(anna), stove.pk, was=was, **values)
        assert every_table() == before
    change_care(sample.actor(anna), stove.pk, was={"tags": ["Winter"]}, tags=["Snow"])
    assert (Care.objects.get().tags, Care.objects.get().owner_id) == (["Snow"], emil.pk)


def test_a_page_says_from_its_day_on_that_it_is_due(client, anna, stove):
    care(anna, stove, review_on=today() + timedelta(days=1))
    assert "due for review" not in client.get("/hut/stove/").text
    care(anna, stove, review_on=today())
    assert "This page is due for review" in client.get("/hut/stove/").text


def test_what_is_not_due_yet_is_kept_until_that_day_only():
    with reading(hearing) as reads:
        assert not is_due(None)
        assert reads.must_end_s is None
        assert not is_due(today() + timedelta(days=3))
        assert reads.must_end_s is not None
        assert 2 * 86_400 < reads.must_end_s <= 3 * 86_400
        assert is_due(today())


def test_reviewing_moves_the_day_by_the_months_chosen(anna, emil, stove):
    care(anna, stove, review_on=today(), review_every_months=6, owner_id=emil.pk)
    client = client_of(emil)
    address = f"/hut/-/care/{stove.pk}/"
    assert "Due" in client.get(address).text
    assert client.post(f"{address}reviewed/")["Location"] == address
    row, later = Care.objects.get(), months_later(today(), 6)
    assert (row.review_on, row.reviewed_by_id) == (later, emil.pk)
    said = f"Reviewed. The next review is on {later.day} {later:%B %Y}."
    assert notices(client.get("/hut/-/bar/")) == [said]
    care(anna, stove, review_on=today())
    client.post(f"{address}reviewed/")
    assert Care.objects.get().review_on is None
    assert notices(client.get("/hut/-/bar/")) == ["Reviewed. No further day is set."]


def test_reviewing_saves_what_stands_in_the_form(anna, stove):
    care(anna, stove, review_on=today(), review_every_months=6)
    editor, address = client_of(anna), f"/hut/-/care/{stove.pk}/"
    page = editor.get(address)
    assert page.text.count("<form") - page.text.count('role="search"') == 1
    assert f'<button class="button" formaction="{address}reviewed/">' in page.text
    form, chosen = fields(page), today() + timedelta(days=9)
    editor.post(f"{address}reviewed/", {**form, "tags": "Winter", "review_every_months": "3"})
    row = Care.objects.get()
    assert (row.labels, row.review_on) == ([["winter", "Winter"]], months_later(today(), 3))
    assert row.reviewed_by_id == anna.pk
    editor.post(f"{address}reviewed/", {**fields(editor.get(address)), "review_on": chosen.isoformat()})
    assert Care.objects.get().review_on == chosen


def test_reviewing_with_a_form_that_cannot_be_saved_changes_nothing(anna, stove):
    answer = client_of(anna).post(f"/hut/-/care/{stove.pk}/reviewed/", {"tags": "!!!", "review_on": ""})
    assert (answer.status_code, 'value="!!!"' in answer.text) == (422, True)
    assert not Care.objects.exists()


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-05-31", 60, "2031-05-31"),
    ],
)
def test_months_later(day, months, later):
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


def test_the_owner_is_told_once_when_the_day_has_come(anna, emil, stove):
    care(anna, stove, review_on=today() + timedelta(days=1), owner_id=emil.pk)
    drain([notify])
    remind()
    assert Notification.objects.filter(kind="review_due").count() == 0
    care(anna, stove, review_on=today(), owner_id=emil.pk)
    for _ in range(2):
        remind()
    assert Notification.objects.filter(kind="review_due").count() == 1
    assert "“Stove” is due for review" in texts(emil)


def test_who_may_write_no_more_is_told_of_no_review(client, anna, emil, rita, book, stove):
    care(anna, stove, review_on=today(), owner_id=emil.pk)
    drain([notify])
    remind()
    assert unread_count(emil.pk) == 2
    reader = client_of(rita)
    assert "Emil" in reader.get("/hut/-/care/").text
    change_role(sample.actor(anna), book.pk, emil.pk, role="reader")
    drain([notify])
    assert unread_count(emil.pk) == 0
    assert "Emil (does not write here any more)" in client_of(anna).get(f"/hut/-/care/{stove.pk}/").text
    assert "Nobody looks after it" in reader.get("/hut/-/care/").text
    mark_reviewed(sample.actor(anna), stove.pk, next_on=today() - timedelta(days=1))
    remind()
    assert Notification.objects.filter(kind="review_due", read_at=None).count() == 0
    remove_member(sample.actor(anna), book.pk, emil.pk)
    remind()
    assert Notification.objects.filter(kind="review_due", read_at=None).count() == 0
    assert "Nobody looks after it" in reader.get("/hut/-/care/").text


def test_members_see_what_is_due_and_visitors_do_not(client, anna, emil, rita, book, stove):
    care(anna, stove, review_on=today(), owner_id=emil.pk)
    later = sample.page(book, anna, "Later")
    care(anna, later, review_on=today() + timedelta(days=20))
    far = sample.page(book, anna, "Far")
    care(anna, far, review_on=today() + timedelta(days=60))
    text = client_of(rita).get("/hut/-/care/").text
    assert text.index("Stove") < text.index("Later")
    assert ("Emil" in text, "Nobody looks after it" in text, "Far" in text) == (True, True, False)
    assert text.count('<a class="button page-writing"') == 2
    bars = [client_of(person).get("/hut/-/bar/").text for person in (rita, emil)]
    assert ["data-writes" in bar for bar in bars] == [False, True]  # by which that button shows
    assert client.get("/hut/-/care/")["Location"] == "/-/sign-in/?next=/hut/-/care/"
    assert client_of(sample.person()).get("/hut/-/care/").status_code == 403


@pytest.mark.parametrize("address", ["care/{id}/", "care/{id}/record/"])
def test_care_is_for_editors(rita, client, stove, address):
    address = "/hut/-/" + address.format(id=stove.pk)
    assert client_of(rita).get(address).status_code == 403
    assert client.get(address).status_code == 302


def test_a_page_of_another_handbook_is_not_there(anna, stove):
    sample.handbook(anna, slug="lab", title="Lab")
    for path in ("care/{}/", "care/{}/record/", "confirm/{}/"):
        assert client_of(anna).get("/lab/-/" + path.format(stove.pk)).status_code == 404


# Confirmation of reading


def test_a_member_confirms_the_revision_they_have_read(client, anna, rita, stove):
    address = f"/hut/-/confirm/{stove.pk}/"
    assert "Nobody asks" in client_of(rita).get(address).text
    asked = client_of(anna).post(f"/hut/-/care/{stove.pk}/ask/", {"ask": "1"})
    assert asked["Location"] == f"/hut/-/care/{stove.pk}/record/"
    assert confirm_link(client) == f"{address}?revision={revision_of(stove)}"
    reader = client_of(rita)
    assert "I have read revision 1" in reader.get(address).text
    for _ in range(2):
        assert reader.post(address, {"revision": str(revision_of(stove))})["Location"] == "/hut/stove/"
    row = Confirmation.objects.get()
    assert (row.person_id, row.number, row.name) == (rita.pk, 1, "Rita")
    assert "You have confirmed" in reader.get(address).text
    record = client_of(anna).get(f"/hut/-/care/{stove.pk}/record/").text
    assert record.index("Anna") < record.index("Rita")
    assert "Not confirmed" in record


def test_what_was_changed_while_somebody_read_is_to_be_read_again(client, anna, rita, stove):
    ask_confirmation(sample.actor(anna), stove.pk)
    reader, read = client_of(rita), confirm_link(client)
    open_form = fields(reader.get(read))
    save(anna, stove, "Warm.")
    page = reader.get(read)
    assert "The text has changed since you opened it. Please read it as it is now." in page.text
    assert '<a class="button main" href="/hut/stove/">' in page.text
    assert "revision" not in fields(page)
    refused = reader.post(read, open_form)
    assert (refused.status_code, errors(refused)) == (
        422,
        ["The text has changed since you opened it. Please read it as it is now."],
    )
    assert not Confirmation.objects.exists()
    now = confirm_link(client)
    assert reader.post(now, fields(reader.get(now)))["Location"] == "/hut/stove/"
    assert Confirmation.objects.get().number == 2


def test_a_later_text_keeps_confirmations_until_it_is_asked_again(anna, rita, stove):
    ask_confirmation(sample.actor(anna), stove.pk)
    first = revision_of(stove)
    confirm_reading(sample.actor(rita), stove.pk, revision_id=first)
    save(anna, stove, "Warm.")
    assert my_care(sample.actor(rita)) == ()
    ask_confirmation(sample.actor(anna), stove.pk)
    (row,) = my_care(sample.actor(rita))
    assert (row.title, row.url) == ("Stove", f"/hut/-/confirm/{stove.pk}/")
    assert "An older text" in client_of(anna).get(f"/hut/-/care/{stove.pk}/record/").text
    confirm_reading(sample.actor(rita), stove.pk, revision_id=revision_of(stove))
    assert my_care(sample.actor(rita)) == ()
    assert Confirmation.objects.count() == 2


def test_an_older_text_than_asked_for_is_not_confirmed(anna, rita, stove):
    first = revision_of(stove)
    save(anna, stove, "Warm.")
    ask_confirmation(sample.actor(anna), stove.pk)
    answer = client_of(rita).post(f"/hut/-/confirm/{stove.pk}/", {"revision": str(first)})
    assert answer.status_code == 422
    assert "The text has changed since you opened it." in answer.text
    assert not Confirmation.objects.exists()


def test_every_member_who_sees_the_page_is_told(anna, emil, rita, stove):
    ask_confirmation(sample.actor(anna), stove.pk)
    drain([notify])
    assert texts(rita) == texts(emil) == ["Anna asks you to confirm that you have read “Stove”"]
    assert texts(anna) == []


def test_what_is_done_is_told_no_more(anna, emil, rita, stove):
    """To confirm is everybody's own; nobody need when nobody asks, and one review is enough."""
    ask_confirmation(sample.actor(anna), stove.pk)
    drain([notify])
    confirm_reading(sample.actor(rita), stove.pk, revision_id=revision_of(stove))
    drain([notify])
    assert (unread_count(rita.pk), unread_count(emil.pk)) == (0, 1)
    stop_confirmation(sample.actor(anna), stove.pk)
    drain([notify])
    assert unread_count(emil.pk) == 0
    care(anna, stove, owner_id=emil.pk, review_on=today())
    drain([notify])
    remind()
    assert len(texts(emil)) == 2
    mark_reviewed(sample.actor(anna), stove.pk)
    drain([notify])
    assert texts(emil) == ["Anna made you the one who looks after “Stove”"]


def test_who_looks_after_a_page_no_more_is_asked_for_nothing(anna, emil, rita, stove):
    care(anna, stove, owner_id=emil.pk, review_on=today())
    drain([notify])
    remind()
    assert unread_count(emil.pk) == 2
    care(anna, stove, owner_id=emil.pk, review_on=today() + timedelta(days=1))
    drain([notify])
    assert texts(emil) == ["Anna made you the one who looks after “Stove”"]
    care(anna, stove, owner_id=None, review_on=None)
    drain([notify])
    assert unread_count(emil.pk) == 0


def test_the_bar_of_who_has_confirmed_says_so(client, anna, rita, stove):
    bar = f"/hut/-/bar/?document={stove.pk}"
    ask_confirmation(sample.actor(anna), stove.pk)
    assert 'class="note to-confirm"' in client.get("/hut/stove/").text
    assert "data-confirmed" not in client_of(rita).get(bar).text
    confirm_reading(sample.actor(rita), stove.pk, revision_id=revision_of(stove))
    assert "data-confirmed" in client_of(rita).get(bar).text
    assert "data-confirmed" not in client_of(anna).get(bar).text
    save(anna, stove, "Warm.")
    ask_confirmation(sample.actor(anna), stove.pk)
    assert "data-confirmed" not in client_of(rita).get(bar).text


def test_nobody_is_asked_any_more(client, anna, rita, stove):
    ask_confirmation(sample.actor(anna), stove.pk)
    stop_confirmation(sample.actor(anna), stove.pk)
    assert "Confirm" not in client.get("/hut/stove/").text
    assert my_care(sample.actor(rita)) == ()


def test_what_is_not_seen_is_not_confirmed(anna, emil, rita, stove):
    ask_confirmation(sample.actor(anna), stove.pk)
    unpublish_document(sample.actor(anna), stove.pk)
    address, sent = f"/hut/-/confirm/{stove.pk}/", {"revision": str(revision_of(stove))}
    assert client_of(rita).post(address, sent).status_code == 404
    assert client_of(emil).post(address, sent).status_code == 302
    bin_document(sample.actor(anna), stove.pk)
    assert client_of(emil).get(address).status_code == 404
    assert client_of(sample.person()).post(address, sent).status_code == 403


# Cost


def test_lists_take_the_same_queries_for_any_number(anna, emil, rita, book):
    client = client_of(rita)
    editor = client_of(anna)

    def queries(who: Client, address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert who.get(address).status_code == 200
        return len(captured)

    def grow(count: int) -> Document:
        for number in range(count):
            page = sample.page(book, anna, f"Page {count} {number}")
            care(anna, page, tags=["Winter", f"t{number}"], review_on=today(), owner_id=emil.pk)
            ask_confirmation(sample.actor(anna), page.pk)
        return page

    one = grow(1)
    listed = [(client, f"/hut/-/{path}/") for path in ("care", "tags", "tags/winter")]
    own = [(editor, f"/hut/-/care/{one.pk}/{path}") for path in ("", "record/")]
    few = [queries(*each) for each in (*listed, *own)]
    grow(10)
    assert [queries(*each) for each in (*listed, *own)] == few
    assert max(few) <= QUERIES_MAX
