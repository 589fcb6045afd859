"""Checks never race: what two transactions may not do together is refused to one of them, cleanly."""

from functools import partial

import pytest
from django.http import Http404

from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.accounts.people import SYSTEM
from apps.documents.actions.binning import bin_document, restore_document
from apps.documents.actions.documents import create_document
from apps.documents.actions.places import move_document
from apps.documents.actions.publishing import unpublish_document
from apps.documents.actions.saving import RevisionConflictError, save_document
from apps.documents.models import Document, Revision
from apps.events.actions import RefusedError
from apps.tenants.actions import change_role, create_handbook, remove_member
from apps.tenants.models import Handbook, Membership
from tests import given
from tests.integration.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def refusals(outcomes, *kinds):
    """How many were refused; anything else that was raised fails the test."""
    raised = [each for each in outcomes if isinstance(each, Exception)]
    assert [each for each in raised if not isinstance(each, kinds or RefusedError)] == []
    return len(raised)


@pytest.fixture
def home():
    return given.home(given.handbook(given.person()).pk)


def paths(home):
    live = Document.objects.filter(handbook_id=home.handbook_id, binned_at=None)
    return sorted(live.exclude(path="").values_list("path", flat=True))


def test_two_moves_that_together_would_make_a_cycle(home):
    a, b = (given.page(SYSTEM, home, title) for title in "ab")
    outcomes = race(
        partial(move_document, SYSTEM, a.pk, parent_id=b.pk, after_id=None),
        partial(move_document, SYSTEM, b.pk, parent_id=a.pk, after_id=None),
    )
    assert refusals(outcomes) == 1
    assert paths(home) in (["a", "a/b"], ["b", "b/a"])


def save(page, source):
    return partial(
        save_document, SYSTEM, page.pk, title="Page", source=source, base_revision_id=page.revision_id
    )


def test_saves_of_different_blocks_are_merged(home):
    page = given.page(SYSTEM, home, "Page", "one\n\ntwo\n\nthree")
    outcomes = race(save(page, "ONE\n\ntwo\n\nthree"), save(page, "one\n\ntwo\n\nTHREE"))
    assert refusals(outcomes) == 0
    assert Revision.objects.filter(document=page).latest("number").source == "ONE\n\ntwo\n\nTHREE"
    assert list(
        Revision.objects.filter(document=page).order_by("number").values_list("number", flat=True)
    ) == [1, 2, 3]


def test_saves_of_one_block_are_a_conflict_that_holds_both(home):
    page = given.page(SYSTEM, home, "Page", "one")
    outcomes = race(save(page, "mine"), save(page, "yours"))
    assert refusals(outcomes, RevisionConflictError) == 1
    kept = Revision.objects.filter(document=page).latest("number").source
    [conflict] = [each for each in outcomes if isinstance(each, Exception)]
    [part] = conflict.parts
    assert {kept, part.mine} == {"mine", "yours"}
    assert part.theirs == kept


def test_equal_paths_become_two(home):
    create = partial(create_document, SYSTEM, home.handbook_id, parent_id=home.pk, title="Page")
    assert refusals(race(create, create, create)) == 0
    assert paths(home) == ["page", "page-2", "page-3"]


def test_moves_renames_and_restores_to_one_path_become_many(home):
    other = given.page(SYSTEM, home, "Other")
    moved, renamed, binned = (
        given.page(SYSTEM, other, "Page"),
        given.page(SYSTEM, home, "X"),
        given.page(SYSTEM, home, "Page"),
    )
    bin_document(SYSTEM, binned.pk)
    outcomes = race(
        partial(move_document, SYSTEM, moved.pk, parent_id=home.pk, after_id=None),
        save(renamed, ""),
        partial(restore_document, SYSTEM, binned.pk),
        partial(create_document, SYSTEM, home.handbook_id, parent_id=home.pk, title="Page"),
    )
    assert refusals(outcomes) == 0
    assert paths(home) == ["other", "page", "page-2", "page-3", "page-4"]


def test_nothing_is_left_below_what_goes_into_the_bin(home):
    parent, page = given.page(SYSTEM, home, "Parent"), given.page(SYSTEM, home, "Page")
    race(
        partial(move_document, SYSTEM, page.pk, parent_id=parent.pk, after_id=None),
        partial(bin_document, SYSTEM, parent.pk),
        partial(create_document, SYSTEM, home.handbook_id, parent_id=parent.pk, title="Below"),
    )
    for live in Document.objects.filter(handbook_id=home.handbook_id, binned_at=None).exclude(parent=None):
        assert live.parent.binned_at is None


def test_nothing_is_published_below_what_becomes_a_draft(home):
    parent = given.page(SYSTEM, home, "Parent", publish=True)
    page = given.page(SYSTEM, home, "Page", publish=True)
    outcomes = race(
        partial(move_document, SYSTEM, page.pk, parent_id=parent.pk, after_id=None),
        partial(unpublish_document, SYSTEM, parent.pk),
    )
    assert refusals(outcomes) <= 1
    for live in Document.objects.exclude(published_at=None).exclude(parent=None):
        assert live.parent.published_at is not None


@pytest.mark.parametrize("leave", ["remove", "step down"])
def test_one_of_two_owners_stays(leave):
    owner = given.person()
    id = given.handbook(owner).pk
    owners = [owner, given.member(owner, id, "owner")]
    calls = [
        partial(remove_member, one, id, one.id)
        if leave == "remove"
        else partial(change_role, one, id, one.id, role="reader")
        for one in owners
    ]
    assert refusals(race(*calls)) == 1
    assert Membership.objects.filter(handbook_id=id, role="owner").count() == 1


def test_an_address_of_a_handbook_is_given_once():
    people = [given.person() for _ in range(3)]
    outcomes = race(*(partial(create_handbook, one, slug="guide", title="Guide") for one in people))
    assert refusals(outcomes) == 2
    assert Handbook.objects.filter(slug="guide").count() == 1
    assert Membership.objects.count() == 1


def test_a_mail_address_signs_up_once():
    sign_up = partial(create_person, email="anna@example.org", name="Anna", password=None)
    assert refusals(race(sign_up, sign_up, sign_up)) == 2
    assert User.objects.count() == 1


def test_a_removed_page_takes_no_save(home):
    page = given.page(SYSTEM, home, "Page", "one")
    outcomes = race(save(page, "two"), partial(bin_document, SYSTEM, page.pk))
    assert refusals(outcomes, Http404) <= 1
    page.refresh_from_db()
    assert page.binned_at is not None
