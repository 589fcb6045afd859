"""Handbooks and members, by their actions: who may, what is refused, and that nothing changed then."""

from __future__ import annotations

import pytest

from apps.accounts.people import ANONYMOUS, SYSTEM
from apps.events.actions import RefusedError
from apps.tenants.actions import (
    add_member,
    change_handbook,
    change_role,
    create_handbook,
    remove_member,
)
from apps.tenants.models import Handbook, Membership
from apps.tenants.permissions import ForbiddenError, NotFoundError
from apps.tenants.selectors import handbooks_of, members_of, public_handbooks
from tests.contract.snapshot import every_table
from tests.documents import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def book(anna):
    return sample.handbook(anna, slug="hut", is_public=False)


def test_the_system_makes_handbooks_without_an_owner_and_visitors_make_none():
    book = create_handbook(SYSTEM, slug="hut", title="Hut")
    assert not Membership.objects.filter(handbook=book).exists()
    before = every_table()
    with pytest.raises(ForbiddenError):
        create_handbook(ANONYMOUS, slug="other", title="Other")
    assert every_table() == before


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"slug": "-x"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"slug": "x" * 51}, "slug"),
        ({"slug": "hut"}, "slug"),
        ({"title": " "}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"language": "xx"}, "language"),
        ({"color": "mauve"}, "color"),
        ({"icon": "skull"}, "icon"),
    ],
)
def test_values_that_are_not_allowed_name_their_field(anna, book, values, field):
    other = sample.handbook(anna, slug="other")
    before = every_table()
    with pytest.raises(RefusedError) as created:
        create_handbook(sample.actor(anna), **{"slug": "new", "title": "New", **values})
    with pytest.raises(RefusedError) as changed:
        change_handbook(sample.actor(anna), other.pk, **values)
    assert created.value.field == changed.value.field == field
    assert every_table() == before


def test_a_handbook_keeps_its_own_address(anna, book):
    assert (
        change_handbook(sample.actor(anna), book.pk, slug=" HUT ", title=" New   title ").title == "New title"
    )
    assert Handbook.objects.get(pk=book.pk).slug == "hut"


@pytest.mark.parametrize("role", ["reader", "editor"])
def test_only_owners_manage(anna, book, role):
    bo = sample.member(book, anna, role, "Bo")
    actor = sample.actor(bo)
    before = every_table()
    for act in (
        lambda: change_handbook(actor, book.pk, title="Taken"),
        lambda: add_member(actor, book.pk, email=anna.email, role="reader"),
        lambda: add_member(actor, book.pk, email="nobody@example.org", role="reader"),
        lambda: change_role(actor, book.pk, anna.pk, role="reader"),
        lambda: change_role(actor, book.pk, bo.pk, role="owner"),
        lambda: remove_member(actor, book.pk, anna.pk),
    ):
        with pytest.raises(ForbiddenError):
            act()
    assert every_table() == before


def test_strangers_learn_nothing(anna, book):
    for actor in (sample.actor(sample.person()), ANONYMOUS):
        before = every_table()
        for act in (
            lambda actor=actor: change_handbook(actor, book.pk, title="Taken"),
            lambda actor=actor: add_member(actor, book.pk, email=anna.email, role="reader"),
            lambda actor=actor: add_member(actor, book.pk, email="nobody@example.org", role="reader"),
            lambda actor=actor: change_role(actor, book.pk, anna.pk, role="reader"),
            lambda actor=actor: remove_member(actor, book.pk, anna.pk),
            lambda actor=actor: members_of(actor, book.pk),
        ):
            with pytest.raises(NotFoundError):
                act()
        assert every_table() == before


def test_staff_manage_without_being_members(anna, book):
    staff = sample.actor(sample.person(staff=True))
    change_handbook(staff, book.pk, title="By staff")
    assert [member.email for member in members_of(staff, book.pk)] == [anna.email]
    assert list(handbooks_of(staff)) == []


def test_the_last_owner_stays(anna, book):
    actor = sample.actor(anna)
    before = every_table()
    for act in (
        lambda: remove_member(actor, book.pk, anna.pk),
        lambda: change_role(actor, book.pk, anna.pk, role="editor"),
        lambda: add_member(actor, book.pk, email=anna.email, role="reader"),
        lambda: change_role(SYSTEM, book.pk, anna.pk, role="reader"),
    ):
        with pytest.raises(RefusedError) as caught:
            act()
        assert caught.value.field == "role"
    assert every_table() == before


def test_selectors_list_by_title_and_members_by_name(anna, book):
    sample.handbook(anna, slug="b", title="Beta")
    sample.handbook(anna, slug="a", title="Alpha")
    bo = sample.member(book, anna, "reader", "bo")
    sample.member(book, anna, "editor", "Cy")
    assert [each.slug for each in public_handbooks()] == ["a", "b"]
    assert [each.slug for each in handbooks_of(sample.actor(anna))] == ["a", "b", "hut"]
    assert [each.slug for each in handbooks_of(sample.actor(bo))] == ["hut"]
    assert list(handbooks_of(ANONYMOUS)) == []
    listed = members_of(sample.actor(anna), book.pk)
    assert [(m.name, m.role.value) for m in listed] == [("Anna", "owner"), ("bo", "reader"), ("Cy", "editor")]
    assert [member.name for member in members_of(sample.actor(bo), book.pk)] == ["bo"]
