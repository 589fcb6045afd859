"""Two people say something about a page at once: all that was said stands."""

from functools import partial

import pytest

from apps.accounts.people import SYSTEM
from apps.documents.actions.binning import bin_document
from apps.documents.actions.comments import (
    change_comment,
    delete_comment,
    reopen_thread,
    reply_to_thread,
    resolve_thread,
    start_thread,
)
from apps.documents.actions.saving import save_document
from apps.documents.models import Comment, Thread
from apps.events.actions import RefusedError
from apps.events.ids import new_id
from apps.events.models import Event
from apps.tenants.permissions import NotFoundError
from tests import given
from tests.integration.racing import race
from tests.integration.test_races import refusals

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner():
    return given.person()


@pytest.fixture
def page(owner):
    home = given.home(given.handbook(owner).pk)
    return given.page(owner, home, "Page", "one\n\ntwo", publish=True)


@pytest.fixture
def comment(owner, page):
    return start_thread(owner, page.pk, source="First").comment


def sources():
    return sorted(Comment.objects.values_list("source", flat=True))


def test_answers_and_a_resolution_all_stand(owner, page, comment):
    reader = given.member(owner, page.handbook_id, "reader")
    outcomes = race(
        partial(reply_to_thread, owner, comment.thread_id, source="A"),
        partial(reply_to_thread, reader, comment.thread_id, source="B"),
        partial(resolve_thread, owner, comment.thread_id),
    )
    assert refusals(outcomes) == 0
    assert sources() == ["A", "B", "First"]
    assert Thread.objects.get().resolved_at is not None


def test_an_answer_stands_though_what_it_answers_is_deleted(owner, comment):
    outcomes = race(
        partial(reply_to_thread, owner, comment.thread_id, source="A"),
        partial(delete_comment, owner, comment.pk),
    )
    assert refusals(outcomes) == 0
    assert sources() == ["", "A"]


def test_a_deleted_comment_stays_deleted_whatever_is_changed(owner, comment):
    outcomes = race(
        partial(change_comment, owner, comment.pk, source="Changed"),
        partial(delete_comment, owner, comment.pk),
    )
    assert refusals(outcomes) <= 1
    assert sources() == [""]


def test_two_resolutions_are_one_and_the_log_tells_what_came_last(owner, page, comment):
    reader = given.member(owner, page.handbook_id, "reader")
    race(
        partial(resolve_thread, owner, comment.thread_id), partial(resolve_thread, reader, comment.thread_id)
    )
    assert Event.objects.filter(type="thread_resolved").count() == 1
    race(partial(reopen_thread, owner, comment.thread_id), partial(resolve_thread, owner, comment.thread_id))
    last = Event.objects.filter(type__startswith="thread_").latest("id").type
    assert (Thread.objects.get().resolved_at is not None) is (last == "thread_resolved")


def test_one_form_sent_twice_at_once_is_one_comment(owner, page):
    send = partial(start_thread, owner, page.pk, source="Once", comment_id=new_id())
    outcomes = race(send, send, send)
    assert refusals(outcomes) == 0
    assert (Comment.objects.count(), Thread.objects.count()) == (1, 1)


def test_a_comment_on_a_block_that_goes_is_refused_or_stands_as_gone(owner, page):
    block = page.revision.blocks[1][0]
    outcomes = race(
        partial(start_thread, owner, page.pk, source="Why?", block=block),
        partial(
            save_document, SYSTEM, page.pk, title="Page", source="one", base_revision_id=page.revision_id
        ),
    )
    assert Comment.objects.count() == 1 - refusals(outcomes, RefusedError)


def test_a_comment_on_a_page_that_goes_is_refused_or_goes_along(owner, page):
    outcomes = race(
        partial(start_thread, owner, page.pk, source="Why?"), partial(bin_document, SYSTEM, page.pk)
    )
    assert Comment.objects.count() == 1 - refusals(outcomes, NotFoundError)
