"""Recent changes: what readers may know of a handbook's log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.people import SYSTEM
from apps.caching.marks import State
from apps.documents.actions.binning import bin_document, restore_document
from apps.documents.actions.media import add_media
from apps.documents.actions.places import move_document
from apps.documents.actions.publishing import publish_document, unpublish_document
from apps.documents.actions.revisions import restore_revision
from apps.documents.actions.run_items import tick_run_item
from apps.documents.actions.runs import start_run
from apps.documents.actions.saving import save_document
from apps.documents.media import checked_upload
from apps.documents.selectors.changes import KINDS, PAGE_SIZE, changes_page
from apps.documents.selectors.handbook import handbook_view
from apps.events.guard import opened
from apps.events.ids import new_id
from apps.events.models import Event, Stream
from apps.events.streams import handbook_stream
from apps.events.unit import record
from tests.documents import sample
from tests.documents.talking import say
from tests.queries.keeping import Kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return sample.person("Ada")


@pytest.fixture
def book(owner):
    return sample.handbook(owner, title="Ship", is_public=False)


def rows(book, **cursor):
    return [row for day in changes_page(handbook_view(book), **cursor).days for row in day.rows]


def told(book) -> list[tuple[str, str]]:
    return [(row.kind, row.title) for row in rows(book)]


def save(page, owner, source: str, message: str = "", *, title: str = "") -> None:
    page.refresh_from_db()
    save_document(
        sample.actor(owner),
        page.pk,
        title=title or page.title,
        source=source,
        base_revision_id=page.revision_id,
        message=message,
    )


def test_every_kind_of_change_is_told_newest_first(book, owner):
    actor = sample.actor(owner)
    page = sample.page(book, owner, "Deck", "One.")
    other = sample.page(book, owner, "Mast")
    save(page, owner, "Two.", "clearer")
    restore_revision(actor, page.pk, number=1)
    save(page, owner, "One.", "as all say", title="Upper deck")
    move_document(actor, page.pk, parent_id=other.pk, after_id=None)
    bin_document(actor, page.pk)
    restore_document(actor, page.pk)
    draft = sample.page(book, owner, "Sail", publish=False)
    publish_document(SYSTEM, draft.pk)
    found = rows(book)
    assert [(row.kind, row.title, row.detail) for row in found] == [
        ("published", "Sail", ""),
        ("restored", "Upper deck", ""),
        ("binned", "Upper deck", ""),
        ("moved", "Upper deck", ""),
        ("renamed", "Upper deck", "as all say"),
        ("edited", "Upper deck", "Restored revision 1"),
        ("edited", "Upper deck", "clearer"),
        ("created", "Mast", ""),
        ("created", "Upper deck", ""),
        ("created", "Ship", ""),
    ]
    assert [row.who for row in found[:2]] == ["Cairn", "Ada"]
    assert found[1].url == f"/{book.slug}/mast/upper-deck/"


@pytest.mark.parametrize("named", [100, 10])
def test_a_page_with_many_below_is_renamed_once(book, owner, monkeypatch, named):
    monkeypatch.setattr("apps.events.touches.ROLL_UP_ABOVE", named)
    page = sample.page(book, owner, "Deck", "One.")
    for number in range(20):
        sample.page(book, owner, f"Plank {number}", parent=page)
    before = Event.objects.count()
    save(page, owner, "One.", title="Upper deck")
    assert (Event.objects.count() - before > 1) == (named == 100)
    save(page, owner, "Two.")
    assert told(book)[:3] == [("edited", "Upper deck"), ("renamed", "Upper deck"), ("created", "Plank 19")]
    restore_revision(sample.actor(owner), page.pk, number=1)
    assert told(book)[:2] == [("renamed", "Deck"), ("edited", "Deck")]


def test_a_public_handbook_does_not_say_who(owner):
    book = sample.handbook(owner, title="Ship")
    sample.page(book, owner, "Deck", "One.")
    assert {row.who for row in rows(book)} == {""}


def test_drafts_and_binned_pages_are_never_named(book, owner):
    sample.page(book, owner, "Secret draft", publish=False)
    binned = sample.page(book, owner, "Secret binned")
    bin_document(SYSTEM, binned.pk)
    hidden = sample.page(book, owner, "Secret hidden")
    unpublish_document(SYSTEM, hidden.pk)
    assert told(book) == [("created", "Ship")]


def test_what_happened_to_a_page_while_it_was_a_draft_stays_unknown(book, owner):
    page = sample.page(book, owner, "Deck", "One.", publish=False)
    save(page, owner, "Two.", "a secret message")
    publish_document(SYSTEM, page.pk)
    save(page, owner, "Three.", "for all")
    assert [(row.kind, row.detail) for row in rows(book)] == [
        ("edited", "for all"),
        ("published", ""),
        ("created", ""),
    ]


def test_members_settings_and_files_are_not_told(book, owner, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    sample.member(book, owner, "editor")
    add_media(sample.actor(owner), book.pk, checked_upload("secret.txt", b"x"))
    assert told(book) == [("created", "Ship")]


def test_an_import_is_told_once_whatever_its_size(book, owner):
    with record("pages_imported", handbook_stream(book.pk), actor_id=owner.pk, always=True):
        pass
    first = Event.objects.get(type="pages_imported")
    with opened():
        Event.objects.create(
            stream_id=book.pk,
            position=first.position + 1,
            type=first.type,
            actor_id=owner.pk,
            operation_id=first.operation_id,
            at=first.at,
        )
    found = rows(book)
    assert [(row.kind, row.title, row.who) for row in found] == [
        ("imported", "Ship", "Ada"),
        ("created", "Ship", "Ada"),
    ]
    assert found[0].url == f"/{book.slug}/"


def test_another_handbook_is_not_told(book, owner):
    other = sample.handbook(owner, title="Elsewhere")
    sample.page(other, owner, "Theirs")
    assert told(book) == [("created", "Ship")]


def test_what_it_does_not_tell_leaves_it_as_it_is(book, owner, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    page = sample.page(book, owner, "Deck", "- [ ] Scrub it")
    kept = Kept(lambda: told(book))
    run = start_run(sample.actor(owner), page.pk)
    tick_run_item(sample.actor(owner), run.pk, run.items[0]["id"])
    say(owner, page)
    sample.member(book, owner, "editor")
    add_media(sample.actor(owner), book.pk, checked_upload("secret.txt", b"x"))
    assert Event.objects.filter(stream_id=book.pk).count() > 5
    assert kept.state() is State.FRESH


def test_whatever_it_tells_makes_it_anew(book, owner):
    actor = sample.actor(owner)
    deck, mast = sample.page(book, owner, "Deck", "One."), sample.page(book, owner, "Mast")

    def imported() -> None:
        with record("pages_imported", handbook_stream(book.pk), actor_id=owner.pk, always=True):
            pass

    for write in (
        lambda: sample.page(book, owner, "Sail"),
        lambda: save(deck, owner, "Two."),
        lambda: restore_revision(actor, deck.pk, number=1),
        lambda: save(deck, owner, "One.", title="Upper deck"),
        lambda: move_document(actor, deck.pk, parent_id=mast.pk, after_id=None),
        lambda: unpublish_document(actor, deck.pk),
        lambda: publish_document(actor, deck.pk),
        lambda: bin_document(actor, deck.pk),
        lambda: restore_document(actor, deck.pk),
        imported,
    ):
        kept = Kept(lambda: told(book))
        write()
        assert kept.state() >= State.CHANGED
        assert told(book) != kept.value


def test_changes_stand_under_their_day(book, owner):
    sample.page(book, owner, "Deck")
    old = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
    with opened():
        connection.cursor().execute(
            "UPDATE documents_document SET published_at = %s", [old - timedelta(days=1)]
        )
        Event.objects.filter(stream_id=book.pk, position__lt=3).update(at=old)
    days = changes_page(handbook_view(book)).days
    assert [(day.date.isoformat(), len(day.rows)) for day in days] == [
        (timezone.localdate().isoformat(), 1),
        ("2026-03-02", 1),
    ]


def test_pages_follow_positions_in_both_directions_without_gaps(book, owner):
    page = sample.page(book, owner, "Deck", "0")
    for number in range(1, PAGE_SIZE + 5):
        save(page, owner, str(number), f"m{number}")
    view = changes_page(handbook_view(book))
    first = [row.detail for day in view.days for row in day.rows]
    assert first == [f"m{number}" for number in range(54, 4, -1)]
    assert view.newer_url is None
    cursor = int(view.older_url.rpartition("before=")[2])
    assert view.older_url == f"/{book.slug}/-/changes/?before={cursor}"
    older = changes_page(handbook_view(book), before=cursor)
    assert [row.detail for day in older.days for row in day.rows] == ["m4", "m3", "m2", "m1", "", ""]
    assert older.older_url is None
    back = changes_page(handbook_view(book), after=int(older.newer_url.rpartition("after=")[2]))
    assert [row.detail for day in back.days for row in day.rows] == first
    assert back.newer_url is None


def test_what_is_not_told_is_not_looked_through(book, owner):
    page = sample.page(book, owner, "Deck", "One.")
    last = Event.objects.filter(stream_id=book.pk).latest("position").position
    ticks = (
        Event(
            stream_id=book.pk,
            position=last + number,
            type="run_item_ticked",
            operation_id=new_id(),
            at=timezone.now(),
        )
        for number in range(1, 5_001)
    )
    with opened():
        Event.objects.bulk_create(ticks)
        Stream.objects.filter(pk=book.pk).update(position=last + 5_000)
    save(page, owner, "Two.")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_event")
    with CaptureQueriesContext(connection) as queries:
        assert told(book) == [("edited", "Deck"), ("created", "Deck"), ("created", "Ship")]
    [sql] = [query["sql"] for query in queries if "UNION" in query["sql"]]
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} {sql}")
        plan = [str(row) for row in cursor.fetchall()]
    by_type = sum("event_type" in line for line in plan)
    by_page = sum("event_about" in line for line in plan)  # where a planner finds few pages
    assert (by_type + by_page, by_type > by_page) == (len(KINDS) + 1, True)
    for otherwise in ("SCAN events_event", "Seq Scan on events_event", "event_position"):
        assert [line for line in plan if otherwise in line] == []


def test_the_number_of_queries_does_not_grow(book, owner):
    pages = [
        sample.page(book, sample.person(f"P{number}", staff=True), f"Page {number}") for number in range(10)
    ]
    assert len(pages) == 10
    with CaptureQueriesContext(connection) as queries:
        assert len(rows(book)) == 11
    assert len(queries) == 4


def test_the_page_is_the_same_for_everybody_who_may_read_it(owner, client):
    book = sample.handbook(owner, is_public=False)
    reader = sample.member(book, owner, "reader")
    sample.page(book, owner, "<Deck>")
    address = f"/{book.slug}/-/changes/"
    assert client.get(address).status_code == 404
    client.force_login(owner)
    first = client.get(address)
    client.force_login(reader)
    assert client.get(address).content == first.content
    assert b"&lt;Deck&gt;" in first.content
    assert owner.email.encode() not in first.content
    for text in ("x", "-1", "9" * 99, "\u0663", ""):
        assert client.get(address, {"before": text}).content == first.content
