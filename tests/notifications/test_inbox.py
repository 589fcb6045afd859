"""The pages: the list, opening one, marking all, wishes, watching - each person's own, and repeatable."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.documents.actions.publishing import unpublish_document
from apps.events.models import Event
from apps.events.relay import drain
from apps.notifications.actions import tell, watch
from apps.notifications.handlers import notify
from apps.notifications.models import Notification, Watch, Wishes
from apps.notifications.selectors import COUNTED_MAX, ROWS, bar_notes
from apps.notifications.source import Notice
from apps.tenants.actions import remove_member
from tests.documents import sample
from tests.notifications.test_telling import save

pytestmark = pytest.mark.django_db
INBOX = "/-/notifications/"
QUERIES_MAX = 12


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown_until(client: Client) -> str:
    """What the button of a list sends that is drawn now."""
    [until] = re.findall(r'name="until" value="([^"]+)"', client.get(INBOX).text)
    return until


@pytest.fixture
def told(emil, rita, stove) -> Notification:
    watch(sample.actor(rita), stove.handbook_id, stove.pk)
    save(emil, stove, "Warm.", "Lit it")
    drain([notify])
    return Notification.objects.get()


def test_visitors_are_asked_to_sign_in(client):
    for address in (INBOX, f"{INBOX}settings/", f"{INBOX}{uuid4()}/"):
        assert client.get(address)["Location"] == f"/-/sign-in/?next={address}"


def test_opening_one_leads_to_the_page_and_marks_it_read(told, rita):
    client = client_of(rita)
    page = client.get(INBOX)
    assert page["Cache-Control"] == "private, no-store"
    assert "Emil changed “Stove”" in page.text
    assert client.get(f"{INBOX}{told.pk}/")["Location"] == "/hut/stove/"
    told.refresh_from_db()
    assert told.read_at is not None
    assert "Emil changed" not in client.get(f"{INBOX}?unread=1").text
    assert "Emil changed" in client.get(INBOX).text


def test_one_of_somebody_else_is_not_there(told, emil):
    assert client_of(emil).get(f"{INBOX}{told.pk}/").status_code == 404
    told.refresh_from_db()
    assert told.read_at is None


def test_one_about_what_may_no_longer_be_seen_is_not_there(told, anna, rita, stove):
    unpublish_document(sample.actor(anna), stove.pk)
    assert client_of(rita).get(f"{INBOX}{told.pk}/").status_code == 404


def test_all_can_be_marked_as_read(told, rita):
    client = client_of(rita)
    assert client.get(f"{INBOX}read/").status_code == 405
    assert client.post(f"{INBOX}read/", {"until": shown_until(client)})["Location"] == INBOX
    assert not Notification.objects.filter(read_at=None).exists()
    assert "Mark all as read" not in client.get(INBOX).text


def test_what_came_after_the_list_was_drawn_is_not_marked(told, rita):
    client = client_of(rita)
    until = shown_until(client)
    tell(rita.pk, [Notice(rita.pk, "page_changed", told.handbook_id, uuid4())], source="test@1")
    client.post(f"{INBOX}read/", {"until": until})
    assert [row.source for row in Notification.objects.filter(read_at=None)] == ["test@1"]


def test_what_was_counted_up_since_is_not_marked(told, rita, emil, stove):
    client = client_of(rita)
    until = shown_until(client)
    save(emil, stove, "Hot.")
    drain([notify])
    client.post(f"{INBOX}read/", {"until": until})
    assert bar_notes(rita.pk) == (INBOX, "1")


@pytest.mark.parametrize("until", ["", "now", "2026-13-01", "0001-01-01T00:00:00+23:00"])
def test_what_is_no_moment_marks_nothing(told, rita, until):
    assert client_of(rita).post(f"{INBOX}read/", {"until": until})["Location"] == INBOX
    assert bar_notes(rita.pk) == (INBOX, "1")


def test_more_than_one_unit_takes_are_marked_too(told, rita, monkeypatch):
    for module in ("actions", "views"):
        monkeypatch.setattr(f"apps.notifications.{module}.READ_AT_ONCE", 2)
    for number in range(4):
        tell(rita.pk, [Notice(rita.pk, "page_changed", told.handbook_id, uuid4())], source=f"test {number}")
    client = client_of(rita)
    client.post(f"{INBOX}read/", {"until": shown_until(client)})
    assert not Notification.objects.filter(read_at=None).exists()
    assert Event.objects.filter(type="notifications_marked").count() == 3


def test_the_bar_counts_what_is_unread(told, rita):
    assert bar_notes(rita.pk) == (INBOX, "1")
    bar = client_of(rita).get("/-/bar/").text
    assert "Notifications, 1 unread" in bar
    for number in range(COUNTED_MAX + 5):
        notice = Notice(rita.pk, "page_changed", told.handbook_id, uuid4())
        tell(rita.pk, [notice], source=f"test {number}")
    assert bar_notes(rita.pk) == (INBOX, "99+")


def test_the_bar_counts_nothing_of_a_handbook_that_was_left(told, rita):
    remove_member(sample.actor(rita), told.handbook_id, rita.pk)
    assert bar_notes(rita.pk) == (INBOX, "")


def test_the_list_takes_the_same_queries_for_any_number(told, rita, emil, book, anna):
    client = client_of(rita)
    client.get(INBOX)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(INBOX)
        return len(captured)

    few = queries()
    for number in range(ROWS + 3):
        page = sample.page(book, anna, f"Page {number}")
        watch(sample.actor(rita), book.pk, page.pk)
        save(emil, page, "Other.")
    drain([notify])
    assert queries() == few <= QUERIES_MAX
    text = client.get(INBOX).text
    assert f'href="{INBOX}?from={ROWS}"' in text
    assert "Page 0" in client.get(f"{INBOX}?from={ROWS}").text


def test_wishes_are_kept_and_shown(rita):
    client = client_of(rita)
    address = f"{INBOX}settings/"
    assert client.get(address).text.count("checked") >= 3
    answer = client.post(address, {"digest": "weekly", "told": ["page_changed"]})
    assert answer["Location"] == address
    wishes = Wishes.objects.get(pk=rita.pk)
    assert (wishes.digest, "page_changed" in wishes.unwanted) == ("weekly", False)
    assert "page_changed" in wishes.unmailed


def test_a_wish_that_cannot_be_is_refused_by_name(rita):
    answer = client_of(rita).post(f"{INBOX}settings/", {"digest": "hourly"})
    assert answer.status_code == 422
    assert "“hourly” is not allowed here: off, daily, weekly." in answer.text
    assert not Wishes.objects.exists()


def test_watching_is_begun_and_ended_on_the_page(rita, anna, stove):
    client, address = client_of(rita), f"/hut/-/watch/{stove.pk}/"
    for _ in range(2):
        assert client.post(address, {"watch": "1"})["Location"] == "/hut/stove/"
        assert Watch.objects.get().person_id == rita.pk
    assert "Stop watching" in client.get(f"/hut/-/bar/?document={stove.pk}").text
    for _ in range(2):
        assert client.post(address, {"watch": "0"})["Location"] == "/hut/stove/"
        assert not Watch.objects.exists()
    assert "Watch this page" in client.get(f"/hut/-/bar/?document={stove.pk}").text
    unpublish_document(sample.actor(anna), stove.pk)
    assert client.post(address, {"watch": "1"}).status_code == 404
    assert client_of(sample.person()).post(address, {"watch": "1"}).status_code == 404
    assert not Watch.objects.exists()
