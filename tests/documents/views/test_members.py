"""Who belongs to a handbook: adding, changing roles, removing, leaving."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.events.ids import new_id
from apps.tenants.models import Handbook, Membership
from tests.accounts.conftest import signed_in
from tests.accounts.shown import errors, fields, notices
from tests.contract.snapshot import every_table
from tests.documents import sample

pytestmark = pytest.mark.django_db
LAST_OWNER = "A handbook needs an owner. Make somebody else an owner first."


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def book(anna):
    return sample.handbook(anna, slug="hut", is_public=False)


@pytest.fixture
def owner(anna, book):
    return signed_in(anna)


def roles(book: Handbook) -> dict[UUID, str]:
    return {row.person_id: row.role for row in Membership.objects.filter(handbook=book)}


def add(client: Client, email: str, role: str = "editor"):
    return client.post("/hut/-/members/", {"email": email, "role": role})


def set_role(client: Client, person: User, role: str):
    return client.post(f"/hut/-/members/{person.pk}/role/", {"role": role})


def remove(client: Client, person: User):
    return client.post(f"/hut/-/members/{person.pk}/remove/")


def test_an_owner_sees_all_members_and_adds_one_by_address(anna, book, owner):
    bo = sample.person("Bo")
    assert fields(owner.get("/hut/-/members/"))["role"] == "owner"  # Anna's own, in the list
    answer = add(owner, bo.email.upper())
    assert answer["Location"] == "/hut/-/members/"
    assert roles(book) == {anna.pk: "owner", bo.pk: "editor"}
    page = owner.get("/hut/-/members/")
    assert notices(page) == [f"{bo.email.upper()} belongs to this handbook now."]
    text = page.content.decode()
    assert text.index(anna.email) < text.index(bo.email)
    assert signed_in(bo).get("/hut/").status_code == 200


def test_adding_a_member_again_changes_the_role(anna, book, owner):
    bo = sample.member(book, anna, "reader", "Bo")
    add(owner, bo.email, "owner")
    assert roles(book)[bo.pk] == "owner"


@pytest.mark.parametrize(
    ("email", "role", "expected"),
    [
        ("nobody@example.org", "editor", "E-mail address: Nobody has signed up with “nobody@example.org”."),
        ("bo", "editor", "E-mail address: Enter a valid email address."),
        ("", "editor", "E-mail address: This field is required."),
        (
            "anna@example.org",
            "king",
            "Role: Select a valid choice. king is not one of the available choices.",
        ),
    ],
)
def test_who_cannot_be_added_is_said_and_what_was_typed_is_kept(owner, email, role, expected):
    before = every_table()
    answer = add(owner, email, role)
    assert (answer.status_code, errors(answer)) == (422, [expected])
    assert fields(answer)["email"] == email
    assert every_table() == before


def test_an_owner_changes_a_role_and_removes_a_member(anna, book, owner):
    bo = sample.member(book, anna, "reader", "Bo")
    assert set_role(owner, bo, "editor")["Location"] == "/hut/-/members/"
    assert roles(book)[bo.pk] == "editor"
    assert remove(owner, bo)["Location"] == "/hut/-/members/"
    assert roles(book) == {anna.pk: "owner"}
    assert signed_in(bo).get("/hut/").status_code == 404


def test_the_last_owner_can_neither_step_down_nor_leave_nor_be_added_as_less(anna, book, owner):
    sample.member(book, anna, "editor", "Bo")
    before = every_table()
    answers = [set_role(owner, anna, "reader"), remove(owner, anna), add(owner, anna.email, "editor")]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert [errors(answer) for answer in answers] == [[LAST_OWNER], [LAST_OWNER], [f"Role: {LAST_OWNER}"]]
    assert every_table() == before


def test_one_of_two_owners_may_leave(anna, book, owner):
    bo = sample.member(book, anna, "owner", "Bo")
    assert remove(owner, anna)["Location"] == "/"
    assert roles(book) == {bo.pk: "owner"}
    assert owner.get("/hut/").status_code == 404


def test_a_role_that_does_not_exist_is_refused_beside_the_member(anna, book, owner):
    bo = sample.member(book, anna, "reader", "Bo")
    before = every_table()
    for role in ("king", ""):
        answer = set_role(owner, bo, role)
        assert (answer.status_code, errors(answer)) == (
            422,
            [f"“{role}” is not allowed here: owner, editor, reader."],
        )
    assert every_table() == before


def test_a_person_who_is_no_member_has_neither_role_nor_removal(book, owner):
    before = every_table()
    for person_id in (sample.person().pk, new_id()):
        assert owner.post(f"/hut/-/members/{person_id}/remove/").status_code == 404
        assert owner.post(f"/hut/-/members/{person_id}/role/", {"role": "editor"}).status_code == 404
    assert {key: every_table()[key] for key in ("tenants.Membership",)} == {
        "tenants.Membership": before["tenants.Membership"]
    }


class TestThoseWhoAreNoOwners:
    @pytest.mark.parametrize("role", ["reader", "editor"])
    def test_members_see_themselves_alone_and_may_leave(self, anna, book, role):
        bo = sample.member(book, anna, role, "Bo")
        client = signed_in(bo)
        text = client.get("/hut/-/members/").content.decode()
        assert bo.email in text
        assert anna.email not in text
        assert 'action="/hut/-/members/"' not in text
        assert "/role/" not in text
        assert "Leave" in text
        assert remove(client, bo)["Location"] == "/"
        assert roles(book) == {anna.pk: "owner"}

    @pytest.mark.parametrize("role", ["reader", "editor"])
    def test_members_change_nobody(self, anna, book, role):
        client = signed_in(sample.member(book, anna, role, "Bo"))
        cy = sample.person("Cy")
        before = every_table()
        answers = [
            add(client, cy.email),
            add(client, "nobody@example.org"),
            set_role(client, anna, "reader"),
            set_role(client, cy, "owner"),
            remove(client, anna),
            remove(client, cy),
        ]
        assert [answer.status_code for answer in answers] == [403] * 6
        assert every_table() == before

    def test_strangers_are_not_told_that_a_private_handbook_is_there(self, anna, book):
        client = signed_in(sample.person("Cy"))
        before = every_table()
        answers = [
            client.get("/hut/-/members/"),
            add(client, anna.email),
            set_role(client, anna, "reader"),
            remove(client, anna),
            client.get("/nowhere/-/members/"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 5
        assert len({answer.content for answer in answers}) == 1
        assert every_table() == before

    def test_readers_of_a_public_handbook_do_not_see_its_members(self, anna):
        sample.handbook(anna, slug="open", is_public=True)
        assert signed_in(sample.person()).get("/open/-/members/").status_code == 403
        assert Client().get("/open/-/members/")["Location"] == "/-/sign-in/?next=/open/-/members/"

    def test_a_link_changes_nothing(self, anna, book, owner):
        bo = sample.member(book, anna, "reader", "Bo")
        for name in ("role", "remove"):
            assert owner.get(f"/hut/-/members/{bo.pk}/{name}/").status_code == 405
        assert roles(book)[bo.pk] == "reader"
