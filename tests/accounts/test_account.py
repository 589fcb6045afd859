"""The account page and the personal corner of the top bar."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from apps.accounts.actions import change_password, create_person, note_sign_in, rename_person
from apps.accounts.bar import initials
from apps.accounts.models import User
from apps.accounts.people import ANONYMOUS, SYSTEM, Actor
from apps.events.actions import RefusedError
from apps.events.ids import new_id
from tests.accounts.conftest import PASSWORD
from tests.accounts.shown import errors, fields, heading, notices
from tests.contract.snapshot import every_table
from tests.documents import sample


def test_a_person_sees_and_changes_their_name(anna, at_home):
    page = at_home.get("/-/account/")
    assert (heading(page), fields(page)) == ("Anna Berg", {"name": "Anna Berg"})
    assert "anna@example.org" in page.content.decode()
    answer = at_home.post("/-/account/", {"name": " Anna  Lind "})
    assert answer["Location"] == "/-/account/"
    page = at_home.get("/-/account/")
    assert (heading(page), notices(page)) == ("Anna Lind", ["Saved."])
    assert notices(at_home.get("/-/account/")) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", "Name: This field is required."),
        ("   ", "Name: This field is required."),
        ("x" * 101, "Name: Ensure this value has at most 100 characters (it has 101)."),
    ],
)
def test_a_name_that_is_not_allowed_is_kept_in_the_form(anna, at_home, name, expected):
    before = every_table()
    answer = at_home.post("/-/account/", {"name": name})
    assert (answer.status_code, errors(answer), fields(answer)) == (422, [expected], {"name": name})
    assert every_table() == before


def test_it_lists_the_persons_handbooks(anna, at_home):
    sample.handbook(anna, title="Mine", slug="mine", is_public=False)
    sample.handbook(sample.person(), title="Not mine")
    text = at_home.get("/-/account/").content.decode()
    assert 'href="/mine/"' in text
    assert "Not mine" not in text


def test_hostile_names_are_shown_as_text(at_home):
    at_home.post("/-/account/", {"name": "<script>alert(1)</script>"})
    for address in ("/-/account/", "/-/bar/"):
        assert "<script>alert" not in at_home.get(address).content.decode()


class TestBar:
    def test_a_visitor_is_offered_to_sign_in(self, visitor):
        answer = visitor.get("/-/bar/")
        assert 'href="/-/sign-in/"' in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"

    def test_a_person_finds_their_name_and_the_way_out(self, at_home):
        text = at_home.get("/-/bar/").content.decode()
        assert "Anna Berg" in text
        assert 'action="/-/sign-out/"' in text
        assert "csrfmiddlewaretoken" in text

    def test_it_tells_once_what_a_shared_page_cannot(self, at_home):
        at_home.post("/-/account/", {"name": "Anna Lind"})
        assert notices(at_home.get("/-/bar/")) == ["Saved."]
        assert notices(at_home.get("/-/bar/")) == []
        assert notices(at_home.get("/-/account/")) == []

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Anna Berg", "AB"),
            ("anna", "A"),
            ("Anna van der Berg", "AB"),
            ("", ""),
            ("ß", "SS"),
            ("李 明", "李明"),
        ],
    )
    def test_initials(self, name, expected):
        assert initials(name) == expected


class TestActions:
    def test_only_the_person_and_staff_may_change_a_person(self, anna):
        other = create_person(email="bo@example.org", name="Bo", password=PASSWORD)
        before = every_table()
        for actor in (Actor(other.pk), ANONYMOUS):
            with pytest.raises(PermissionDenied):
                rename_person(actor, anna.pk, name="Taken over")
            with pytest.raises(PermissionDenied):
                change_password(actor, anna.pk, password="taken over now")
        assert every_table() == before
        assert rename_person(SYSTEM, anna.pk, name="Anna L").name == "Anna L"

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"email": "bo"}, "email"),
            ({"email": "b" * 64 + "@" + "c" * 63 + "." + "d" * 63 + "." + "e" * 63 + ".org"}, "email"),
            ({"email": "ANNA@example.org"}, "email"),
            ({"name": "x" * 101}, "name"),
        ],
    )
    def test_a_person_that_is_not_allowed_is_not_made(self, anna, values, field):
        before = every_table()
        with pytest.raises(RefusedError) as caught:
            create_person(**{"email": "bo@example.org", "name": "Bo", "password": PASSWORD, **values})
        assert caught.value.field == field
        assert every_table() == before

    def test_a_person_without_a_name_is_called_by_their_address(self, db):
        assert str(create_person(email="bo.lind@example.org", name=" ", password=None)) == "bo.lind"

    def test_nobody_else_can_be_signed_in(self, anna):
        before = every_table()
        with pytest.raises(User.DoesNotExist):
            note_sign_in(new_id())
        assert every_table() == before
