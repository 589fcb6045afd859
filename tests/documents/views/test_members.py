"""Who belongs to a handbook: changing roles, removing, leaving, handing over."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.events.ids import new_id
from apps.tenants.models import Handbook, Membership
from tests.accounts.conftest import signed_in
from tests.accounts.shown import errors, fields, heading, notices
from tests.contract.snapshot import every_table
from tests.documents import sample

pytestmark = pytest.mark.django_db
LAST_OWNER = "A handbook needs an owner. Make somebody else an owner first."


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def book(anna):
    return sample.handbook(anna, slug="hut", title="Book", is_public=False)


@pytest.fixture
def owner(anna, book):
    return signed_in(anna)


def roles(book: Handbook) -> dict[UUID, str]:
    return {row.person_id: row.role for row in Membership.objects.filter(handbook=book)}


def set_role(client: Client, person: User, role: str):
    return client.post(f"/hut/-/members/{person.pk}/role/", {"role": role})


def remove(client: Client, person: User):
    return client.post(f"/hut/-/members/{person.pk}/remove/")


def hand_over(client: Client, person: User, become: str = "editor"):
    return client.post("/hut/-/members/transfer/", {"person": str(person.pk), "become": become})


def test_an_owner_sees_all_members(anna, book, owner):
    bo = sample.member(book, anna, "editor", "Bo")
    page = owner.get("/hut/-/members/")
    assert fields(page)["role"] == "owner"  # Anna's own, in the list
    text = page.content.decode()
    assert text.index(anna.email) < text.index(bo.email)


def test_an_owner_changes_a_role_and_removes_a_member(anna, book, owner):
    bo = sample.member(book, anna, "reader", "Bo")
    assert set_role(owner, bo, "editor")["Location"] == "/hut/-/members/"
    assert roles(book)[bo.pk] == "editor"
    assert remove(owner, bo)["Location"] == "/hut/-/members/"
    assert roles(book) == {anna.pk: "owner"}
    assert signed_in(bo).get("/hut/").status_code == 404


def test_the_last_owner_can_neither_step_down_nor_leave_and_is_told_the_way_on(anna, book, owner):
    sample.member(book, anna, "editor", "Bo")
    before = every_table()
    answers = [set_role(owner, anna, "reader"), remove(owner, anna)]
    assert [(answer.status_code, errors(answer)) for answer in answers] == [(422, [LAST_OWNER])] * 2
    asked = owner.get(f"/hut/-/members/{anna.pk}/remove/").content.decode()
    assert "Hand it over first, or delete it." in asked
    assert 'href="/hut/-/members/transfer/"' in asked
    assert 'href="/hut/-/settings/delete/"' in asked
    assert "<button" not in asked.partition("<main")[2].partition("</main")[0]
    assert every_table() == before


def test_one_of_two_owners_may_leave(anna, book, owner):
    bo = sample.member(book, anna, "owner", "Bo")
    assert heading(owner.get(f"/hut/-/members/{anna.pk}/remove/")) == "Leave “Book”?"
    assert remove(owner, anna)["Location"] == "/-/account/"
    assert notices(owner.get("/-/account/")) == ["You have left “Book”."]
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
        assert remove(client, bo)["Location"] == "/-/account/"
        assert roles(book) == {anna.pk: "owner"}

    @pytest.mark.parametrize("role", ["reader", "editor"])
    def test_members_change_nobody(self, anna, book, role):
        bo = sample.member(book, anna, role, "Bo")
        client = signed_in(bo)
        cy = sample.person("Cy")
        before = every_table()
        answers = [
            client.post("/hut/-/members/", {"role": "owner", "days": "7", "uses_max": "1"}),
            set_role(client, anna, "reader"),
            set_role(client, cy, "owner"),
            remove(client, anna),
            remove(client, cy),
            client.get(f"/hut/-/members/{anna.pk}/remove/"),
            hand_over(client, bo, "owner"),
            client.get("/hut/-/members/transfer/"),
        ]
        assert [answer.status_code for answer in answers] == [403] * 8
        assert every_table() == before

    def test_strangers_are_not_told_that_a_private_handbook_is_there(self, anna, book):
        client = signed_in(sample.person("Cy"))
        before = every_table()
        answers = [
            client.get("/hut/-/members/"),
            client.post("/hut/-/members/", {"role": "owner", "days": "7", "uses_max": "1"}),
            set_role(client, anna, "reader"),
            remove(client, anna),
            hand_over(client, anna),
            client.get("/nowhere/-/members/"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 6
        assert len({answer.content for answer in answers}) == 1
        assert every_table() == before

    def test_readers_of_a_public_handbook_do_not_see_its_members(self, anna):
        sample.handbook(anna, slug="open", is_public=True)
        assert signed_in(sample.person()).get("/open/-/members/").status_code == 403
        assert Client().get("/open/-/members/")["Location"] == "/-/sign-in/?next=/open/-/members/"

    def test_a_link_changes_nothing(self, anna, book, owner):
        bo = sample.member(book, anna, "reader", "Bo")
        assert owner.get(f"/hut/-/members/{bo.pk}/role/").status_code == 405
        assert heading(owner.get(f"/hut/-/members/{bo.pk}/remove/")) == "Remove Bo?"
        assert roles(book)[bo.pk] == "reader"


class TestHandingOver:
    @pytest.mark.parametrize("become", ["owner", "editor", "reader"])
    def test_another_becomes_owner_and_oneself_what_one_says(self, anna, book, owner, become):
        bo = sample.member(book, anna, "reader", "Bo")
        assert hand_over(owner, bo, become)["Location"] == "/hut/-/members/"
        assert roles(book) == {anna.pk: become, bo.pk: "owner"}
        assert owner.get("/hut/-/settings/").status_code == (200 if become == "owner" else 403)
        assert signed_in(bo).get("/hut/-/settings/").status_code == 200

    def test_only_members_can_be_named(self, anna, book, owner):
        sample.member(book, anna, "reader", "Bo")
        cy = sample.person("Cy")
        before = every_table()
        for person in (cy, anna):
            answer = hand_over(owner, person)
            assert answer.status_code == 422
            assert errors(answer)[0].startswith("New owner: Select a valid choice.")
        assert errors(hand_over(owner, anna, "king"))[1].startswith("And you: Select a valid choice.")
        assert every_table() == before

    def test_alone_there_is_nobody_to_hand_it_to(self, book, owner):
        assert "transfer" not in owner.get("/hut/-/members/").content.decode()
        assert "Invite somebody first." in owner.get("/hut/-/members/transfer/").content.decode()
