"""State and cause of a cached page, told from the log alone."""

from __future__ import annotations

from datetime import timedelta
from threading import Event as Signal

import pytest
from django.utils import timezone

from apps.accounts.actions import rename_person
from apps.caching.fills import Made
from apps.caching.marks import State
from apps.caching.process import fills, memory
from apps.documents.actions.binning import bin_document
from apps.documents.actions.publishing import unpublish_document
from apps.documents.actions.saving import save_document
from apps.documents.models import Document
from apps.events.models import Event, Stream
from apps.rendering import audit
from apps.rendering.actions import drop_cached
from apps.rendering.audit import Standing, audit_of
from apps.rendering.models import CachedPage
from tests import given
from tests.rendering.kept import keep, key_of

PATIENCE_S = 30

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return given.person(name="Olga")


@pytest.fixture
def book(owner):
    return given.handbook(owner, "hut", is_public=True)


@pytest.fixture
def water(owner, book):
    return given.page(owner, given.home(book.pk), "Water", "See [[Stove]].", publish=True)


def standing(page: CachedPage) -> Standing:
    return audit_of([page]).standing(page)


def save(owner, document, title="Water", source="Other words."):
    row = Document.objects.get(pk=document.pk)
    save_document(owner, row.pk, title=title, source=source, message="", base_revision_id=row.revision_id)


def last(stream) -> int:
    return Stream.objects.get(pk=stream).position


def test_nothing_happened(water):
    assert standing(keep("/hut/water/")) == Standing(State.FRESH, None)


def test_its_time_is_over(water):
    page = keep("/hut/water/", fresh_for_s=60)
    page.made_at = timezone.now() - timedelta(seconds=61)
    assert standing(page) == Standing(State.EXPIRED, None)


def test_while_it_is_made_anew_for_its_time_is_over_it_is_renewing(water):
    page = keep("/hut/water/", fresh_for_s=60)
    page.made_at = timezone.now() - timedelta(seconds=61)
    handbook_id, *key = key_of("/hut/water/")
    may_end, over = Signal(), Signal()

    def make(_reads):
        assert may_end.wait(PATIENCE_S)
        return Made(None, 0, None, storable=False)

    fills.renew(memory, handbook_id, tuple(key), make)
    fills._running[handbook_id, tuple(key)].done.add_done_callback(lambda _done: over.set())
    assert standing(page) == Standing(State.EXPIRED, None, renewing=True)
    may_end.set()
    assert over.wait(PATIENCE_S)
    assert standing(page) == Standing(State.EXPIRED, None)


def test_a_save_changes_the_page_and_not_its_neighbour(owner, book, water):
    stove = given.page(owner, given.home(book.pk), "Stove", "Warm.", publish=True)
    page, other = keep("/hut/water/"), keep("/hut/stove/")
    save(owner, stove, title="Stove", source="Hot.")
    found = standing(other)
    assert (found.state, found.cause.type) == (State.CHANGED, "document_saved")
    assert (found.cause.position, found.cause.actor_id) == (last(book.pk), owner.id)
    assert found.cause.tag in other.tags[str(book.pk)]
    assert standing(page).state is State.FRESH


def test_what_readers_may_no_longer_see_is_gone(owner, book, water):
    page = keep("/hut/water/")
    unpublish_document(owner, water.pk)
    found = standing(page)
    assert (found.state, found.cause.type) == (State.GONE, "document_unpublished")


def test_the_cause_is_what_made_the_state_not_what_came_after(owner, book, water):
    """A renewal after a save does not explain why a page is changed."""
    page = keep("/hut/water/")
    save(owner, water)
    drop_cached(owner, book.pk, tags=["page:/hut/water/."], state=State.EXPIRED)
    found = standing(page)
    assert (found.state, found.cause.type) == (State.CHANGED, "document_saved")


@pytest.mark.parametrize("state", [State.EXPIRED, State.CHANGED, State.GONE])
@pytest.mark.parametrize(
    "tag", ["page:/hut/water/.", "page:/hut/", "page", "document", "document.title", "*"]
)
def test_a_drop_by_hand_reaches_all_below_its_tag(owner, book, water, state, tag):
    page = keep("/hut/water/")
    drop_cached(owner, book.pk, tags=[tag], state=state)
    found = standing(page)
    assert (found.state, found.cause.type, found.cause.actor_id) == (state, "cache_dropped", owner.id)


def test_a_drop_of_another_page_reaches_nothing(owner, book, water):
    page = keep("/hut/water/")
    drop_cached(owner, book.pk, tags=["page:/hut/stove/"])
    assert standing(page) == Standing(State.FRESH, None)


def test_made_anew_since_then_it_is_fresh(owner, book, water):
    keep("/hut/water/")
    save(owner, water)
    assert standing(keep("/hut/water/")) == Standing(State.FRESH, None)


def test_another_name_of_a_person_changes_what_shows_it(owner):
    """Pages depend on people as well, and those have a log of their own."""
    given.handbook(owner, "crew")
    page = keep("/crew/-/changes/")
    assert str(owner.id) in page.stamps
    rename_person(owner, owner.id, name="Olga Ortiz")
    found = standing(page)
    assert (found.state, found.cause.type) == (State.CHANGED, "person_renamed")
    assert found.cause.position == last(owner.id)


def test_asked_to_be_made_anew_it_is_renewing_until_it_is_or_too_long_ago(owner, book, water, monkeypatch):
    page = keep("/hut/water/")
    drop_cached(owner, book.pk, tags=["page:/hut/"], state=State.EXPIRED, warm=True)
    assert (standing(page).state, standing(page).renewing) == (State.EXPIRED, True)
    assert standing(keep("/hut/")).renewing is False
    late = timezone.now() + audit.RENEWING
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert standing(page).renewing is False


def test_warming_alone_makes_nothing_less_fresh(owner, book, water):
    page = keep("/hut/water/")
    drop_cached(owner, book.pk, tags=["*"], state=None, warm=True)
    assert standing(page) == Standing(State.FRESH, None, renewing=True)


def test_of_a_page_older_than_what_is_looked_at_nothing_is_known(owner, book, water, monkeypatch):
    monkeypatch.setattr(audit, "EVENTS_MAX", 2)
    page = keep("/hut/-/tree/")
    for number in range(3):
        save(owner, water, source=f"Words {number}.")
    assert standing(page).state is State.GONE


def test_a_restored_log_vouches_for_nothing(owner, book, water):
    page = keep("/hut/water/")
    page.stamps[str(book.pk)][0] = str(given.home(book.pk).pk)
    assert standing(page) == Standing(State.GONE, None)


def test_many_pages_are_judged_with_two_statements_for_one_stream(
    owner, book, water, django_assert_num_queries
):
    for number in range(5):
        given.page(owner, given.home(book.pk), f"Page {number}", publish=True)
    pages = [keep(f"/hut/page-{number}/") for number in range(5)]
    bin_document(owner, Document.objects.get(slug="page-3").pk)
    with django_assert_num_queries(2):
        audit_of(pages)
    found = audit_of(pages)
    assert {found.standing(page).state for page in pages} == {State.GONE}  # all show which there are
    assert Event.objects.filter(stream_id=book.pk, type="document_binned").count() == 1
