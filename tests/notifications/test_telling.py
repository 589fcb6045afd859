"""Who is told of what: those who watch and may see it, once for each event, never of what they did."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from apps.documents.actions.binning import bin_document
from apps.documents.actions.publishing import unpublish_document
from apps.documents.actions.saving import save_document
from apps.documents.models import Document
from apps.events.models import Event
from apps.events.relay import drain
from apps.notifications import handlers
from apps.notifications.actions import change_wishes, mark_read, stop_watching, tell, watch
from apps.notifications.handlers import notify, remind
from apps.notifications.models import Notification
from apps.notifications.selectors import inbox, my_notices, unread_count
from apps.notifications.source import Due
from apps.tenants.actions import remove_member
from tests.accounts.shown import fields
from tests.documents import sample

pytestmark = pytest.mark.django_db


def save(person, document, source, message=""):
    row = Document.objects.get(pk=document.pk)
    save_document(
        sample.actor(person),
        row.pk,
        title=row.title,
        source=source,
        message=message,
        base_revision_id=row.revision_id,
    )


def watches(person, document):
    watch(sample.actor(person), document.handbook_id, document.pk)


def relay() -> None:
    drain([notify])


def texts(person) -> list[str]:
    return [row.told.text for row in my_notices(sample.actor(person))]


def test_the_site_tells_people(settings):
    assert "apps.notifications.handlers.notify" in settings.EVENT_HANDLERS


def test_who_watches_a_page_is_told_of_its_change(anna, emil, rita, stove):
    for person in (anna, rita):
        watches(person, stove)
    save(emil, stove, "Warm.", "Lit it")
    relay()
    assert texts(rita) == texts(anna) == ["Emil changed “Stove”"]
    assert texts(emil) == []
    (row,) = my_notices(sample.actor(rita))
    assert (row.told.url, row.told.excerpt, row.told.handbook) == ("/hut/stove/", "Lit it", "Hut")
    assert (row.is_unread, row.count) == (True, 1)


def test_nobody_is_told_what_they_did_themselves(anna, stove):
    watches(anna, stove)
    save(anna, stove, "Warm.")
    relay()
    assert texts(anna) == []


def test_changes_are_told_together_until_they_are_read(anna, emil, rita, stove):
    watches(rita, stove)
    for text in ("1", "2", "3"):
        save(emil, stove, text)
    save(anna, stove, "4")
    relay()
    assert texts(rita) == ["“Stove” was changed 4 times, last by Anna"]
    assert unread_count(rita.pk) == 1
    mark_read(sample.actor(rita), rita.pk)
    save(emil, stove, "5")
    relay()
    assert texts(rita) == ["Emil changed “Stove”"]
    everything = inbox(sample.actor(rita), unread_only=False, start=0)
    assert [row.is_unread for row in everything.rows] == [True, False]


def test_one_save_is_one_change_however_many_events_it_takes(emil, rita, stove):
    watches(rita, stove)
    save(emil, stove, " ".join(f"[[a page of some name {number}]]" for number in range(20)))
    saved = Event.objects.filter(type="document_saved")
    assert saved.count() > 1
    relay()
    assert texts(rita) == ["Emil changed “Stove”"]
    for event in saved:
        notify(event)
    save(emil, stove, "Cold.")  # as many links go
    relay()
    assert texts(rita) == ["“Stove” was changed 2 times, last by Emil"]


def test_saved_and_published_in_one_go_is_one_change(anna, emil, book):
    draft = sample.page(book, anna, "Wood", "Wet.", publish=False)
    watches(anna, draft)
    client, address = Client(), f"/hut/-/edit/{draft.pk}/"
    client.force_login(emil)
    form = fields(client.get(address))
    sent = {**form, "source": "Dry.", "publish": "1"}
    assert client.post(address, sent).status_code == 302
    relay()
    assert texts(anna) == ["Emil changed “Wood”"]
    mark_read(sample.actor(anna), anna.pk)
    now = Document.objects.get(pk=draft.pk).revision_id
    client.post(address, {**sent, "source": "Old.", "base_revision": str(now)})  # the same operation id
    relay()
    assert texts(anna) == ["Emil changed “Wood”"]


def test_what_somebody_else_said_of_a_change_is_not_told_as_theirs(anna, emil, book):
    page = sample.page(book, anna, "Wood")
    watches(emil, page)
    save(anna, page, "1", "Dried it")
    relay()
    save(emil, page, "2", "Split it")
    relay()
    (row,) = my_notices(sample.actor(emil))
    assert (row.told.text, row.told.excerpt) == ("Anna changed “Wood”", "")


def test_an_event_that_is_handled_twice_tells_once(emil, rita, stove):
    watches(rita, stove)
    save(emil, stove, "1")
    save(emil, stove, "2")
    relay()
    events = list(Event.objects.filter(type="document_saved").order_by("id"))
    assert len(events) == 2
    for event in (*events, events[-1]):
        notify(event)
    (row,) = Notification.objects.filter(person=rita)
    assert row.count == 2
    mark_read(sample.actor(rita), rita.pk)
    for event in events:
        notify(event)
    assert unread_count(rita.pk) == 0


def test_who_stops_watching_or_leaves_hears_no_more(anna, emil, rita, book, stove):
    for person in (rita, emil):
        watches(person, stove)
    stop_watching(sample.actor(rita), rita.pk, stove.pk)
    remove_member(sample.actor(anna), book.pk, emil.pk)
    save(anna, stove, "Warm.")
    relay()
    assert not Notification.objects.exists()


def test_a_draft_is_told_to_editors_alone(anna, emil, rita, stove):
    for person in (rita, emil):
        watches(person, stove)
    unpublish_document(sample.actor(anna), stove.pk)
    save(anna, stove, "Secret.")
    relay()
    assert texts(rita) == []
    assert texts(emil) == ["Anna changed “Stove”"]
    (row,) = my_notices(sample.actor(emil))
    assert row.told.url == f"/hut/-/drafts/{stove.pk}/"


def test_what_one_may_no_longer_see_is_not_shown(anna, emil, rita, book, stove):
    for person in (rita, emil):
        watches(person, stove)
    save(anna, stove, "Warm.")
    relay()
    unpublish_document(sample.actor(anna), stove.pk)
    assert (texts(rita), texts(emil)) == ([], ["Anna changed “Stove”"])
    bin_document(sample.actor(anna), stove.pk)
    assert texts(emil) == []


def test_who_does_not_want_a_kind_is_not_told(anna, emil, rita, stove):
    watches(rita, stove)
    change_wishes(sample.actor(rita), rita.pk, digest="off", unwanted=["page_changed"])
    save(emil, stove, "Warm.")
    relay()
    assert not Notification.objects.exists()


@pytest.fixture
def due(monkeypatch):
    """What time brings, to be filled; and what was told of it, whether it was news or not."""
    found, told = [], []

    def noted(person_id, notices, *, source):
        told.extend((person_id, source) for _ in notices)
        return tell(person_id, notices, source=source)

    monkeypatch.setattr(import_string(settings.NOTICES), "due", lambda _now: found)
    monkeypatch.setattr(handlers, "tell", noted)
    return found, told


def reviews(person, book, *numbers) -> list[Due]:
    return [Due(person.pk, "review_due", book.pk, UUID(int=n), source=f"review {n}") for n in numbers]


def test_what_time_brought_is_told_once_and_costs_no_unit_of_work_after_that(emil, book, due):
    found, told = due
    found += reviews(emil, book, 1, 2)
    remind()
    before = Event.objects.count()
    remind()
    assert told == [(emil.pk, "review 1"), (emil.pk, "review 2")]
    assert (Notification.objects.count(), Event.objects.count()) == (2, before)


def test_much_of_it_is_told_in_parts_and_what_is_unwanted_holds_up_nothing(
    anna, emil, book, due, monkeypatch
):
    found, told = due
    monkeypatch.setattr(handlers, "TOLD_AT_ONCE", 2)
    monkeypatch.setattr(handlers, "ROWS_AT_ONCE", 3)
    change_wishes(sample.actor(anna), anna.pk, digest="daily", unwanted=["review_due"])
    found += reviews(anna, book, *range(1, 6)) + reviews(emil, book, *range(6, 11))
    for _ in range(4):
        remind()
    assert told == [(emil.pk, f"review {n}") for n in range(6, 11)]


def test_every_kind_has_a_drawing_and_a_title():
    from django.template.loader import get_template

    source = import_string(settings.NOTICES)
    shapes = get_template("icons.html").template.module.SHAPES
    assert all(kind.icon in shapes and str(kind.title) for kind in source.kinds)
    assert len({kind.name for kind in source.kinds}) == len(source.kinds)
