"""Making a handbook, and its settings."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.documents.models import Document
from apps.tenants.models import Handbook, Membership
from tests.accounts.conftest import signed_in
from tests.accounts.shown import errors, fields, notices
from tests.contract.snapshot import every_table
from tests.documents import sample

pytestmark = pytest.mark.django_db

GIVEN = {
    "title": "Mountain  hut",
    "slug": "hut",
    "is_public": "private",
    "language": "en",
    "color": "moss",
    "icon": "anchor",
}
BAD = [
    ({"title": ""}, "Title: This field is required."),
    ({"title": "x" * 101}, "Title: Ensure this value has at most 100 characters (it has 101)."),
    ({"slug": "-"}, "Address: “-” cannot be an address: letters a-z, digits and -, at most 50."),
    ({"slug": "a b"}, "Address: “a b” cannot be an address: letters a-z, digits and -, at most 50."),
    ({"slug": "hütte"}, "Address: “hütte” cannot be an address: letters a-z, digits and -, at most 50."),
    ({"slug": "x" * 51}, "Address: Ensure this value has at most 50 characters (it has 51)."),
    ({"slug": "taken"}, "Address: The address “taken” is taken."),
    ({"slug": " TAKEN "}, "Address: The address “taken” is taken."),
    (
        {"is_public": "secret"},
        "Who may read: Select a valid choice. secret is not one of the available choices.",
    ),
    ({"language": "xx"}, "Language: Select a valid choice. xx is not one of the available choices."),
    ({"color": "mauve"}, "Colour: Select a valid choice. mauve is not one of the available choices."),
    ({"icon": "skull"}, "Sign: Select a valid choice. skull is not one of the available choices."),
]


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def taken():
    return sample.handbook(sample.person("Bo"), slug="taken", is_public=False)


def kept(given: dict[str, str], answer) -> bool:
    """What was typed stands in the form again; a choice that does not exist cannot."""
    shown = fields(answer)
    return all(
        shown.get(name, "").strip() == value.strip()
        for name, value in given.items()
        if name in ("title", "slug") or name in shown
    )


class TestMaking:
    def test_whoever_makes_it_owns_it_and_it_has_a_home_page(self, anna):
        client = signed_in(anna)
        assert fields(client.get("/-/handbooks/new/")) == {
            "title": "",
            "slug": "",
            "is_public": "private",
            "language": "en",
            "color": "lake",
            "icon": "cairn",
        }
        answer = client.post("/-/handbooks/new/", GIVEN)
        assert answer["Location"] == "/hut/"
        book = Handbook.objects.get(slug="hut")
        assert (book.title, book.is_public, book.color, book.icon) == (
            "Mountain hut",
            False,
            "moss",
            "anchor",
        )
        assert [(m.person_id, m.role) for m in Membership.objects.filter(handbook=book)] == [
            (anna.pk, "owner")
        ]
        assert [(d.path, d.title) for d in Document.objects.filter(handbook=book)] == [("", "Mountain hut")]
        assert client.get("/hut/").status_code == 200
        assert Client().get("/hut/").status_code == 404

    @pytest.mark.parametrize(("given", "expected"), BAD)
    def test_what_is_not_allowed_is_named_and_what_was_typed_is_kept(self, anna, taken, given, expected):
        client = signed_in(anna)
        before = every_table()
        answer = client.post("/-/handbooks/new/", {**GIVEN, **given})
        assert (answer.status_code, errors(answer)) == (422, [expected])
        assert kept({**GIVEN, **given}, answer)
        assert every_table() == before

    def test_a_visitor_is_asked_to_sign_in(self):
        before = every_table()
        answer = Client().post("/-/handbooks/new/", GIVEN)
        assert answer["Location"] == "/-/sign-in/?next=/-/handbooks/new/"
        assert every_table() == before

    @pytest.mark.parametrize(
        ("title", "slug"),
        [
            ("Hütte am See", "hutte-am-see"),
            ("a_b  C", "a-b-c"),
            ("-", None),
            ("日本語", None),
            ("x" * 60, "x" * 50),
        ],
    )
    def test_an_address_that_is_left_empty_is_made_from_the_title(self, anna, title, slug):
        answer = signed_in(anna).post("/-/handbooks/new/", {**GIVEN, "title": title, "slug": ""})
        if slug:
            assert answer["Location"] == f"/{slug}/"
        else:
            said = "Address: The title has no letter from a to z to make an address of. Please write one."
            assert (answer.status_code, errors(answer)) == (422, [said])


class TestSettings:
    @pytest.fixture
    def book(self, anna):
        return sample.handbook(anna, slug="book", title="Book", is_public=True)

    def test_an_owner_changes_everything(self, anna, book):
        client = signed_in(anna)
        assert fields(client.get("/book/-/settings/"))["is_public"] == "public"
        answer = client.post("/book/-/settings/", GIVEN)
        assert answer["Location"] == "/hut/-/settings/"
        page = client.get(answer["Location"])
        assert notices(page) == ["Saved."]
        now = {**GIVEN, "title": "Mountain hut"}
        assert fields(page) == now | {f"initial-{name}": value for name, value in now.items()}
        assert client.get("/book/").status_code == 404

    @pytest.mark.parametrize(
        ("given", "expected"), [*BAD, ({"slug": ""}, "Address: This field is required.")]
    )
    def test_what_is_not_allowed_is_named_and_nothing_changes(self, anna, book, taken, given, expected):
        client = signed_in(anna)
        before = every_table()
        answer = client.post("/book/-/settings/", {**GIVEN, **given})
        assert (answer.status_code, errors(answer)) == (422, [expected])
        assert kept({**GIVEN, **given}, answer)
        assert every_table() == before

    def test_two_owners_who_change_different_things_both_do(self, anna, book):
        client, other = signed_in(anna), signed_in(sample.member(book, anna, "owner", "Bo"))
        first, second = (fields(each.get("/book/-/settings/")) for each in (client, other))
        client.post("/book/-/settings/", {**first, "title": "Hut", "is_public": "private"})
        answer = other.post("/book/-/settings/", {**second, "color": "rose"})
        assert answer["Location"] == "/book/-/settings/"
        now = Handbook.objects.get(pk=book.pk)
        assert (now.title, now.is_public, now.color) == ("Hut", False, "rose")

    def test_where_both_change_the_same_the_second_sees_what_the_first_made_of_it(self, anna, book):
        client, other = signed_in(anna), signed_in(sample.member(book, anna, "owner", "Bo"))
        first, second = (fields(each.get("/book/-/settings/")) for each in (client, other))
        client.post("/book/-/settings/", {**first, "title": "Hut", "color": "moss", "is_public": "private"})
        sent = {**second, "title": "Lodge", "color": "rose", "icon": "star"}
        refused = other.post("/book/-/settings/", sent)
        again = "Save again to have it as it stands here."
        assert (refused.status_code, errors(refused)) == (
            422,
            [
                f"Title: Meanwhile somebody else changed this to “Hut”. {again}",
                f"Colour: Meanwhile somebody else changed this to “Moss”. {again}",
            ],
        )
        form = fields(refused)
        assert (form["title"], form["color"], form["icon"]) == ("Lodge", "rose", "star")
        assert form["is_public"] == "private"
        assert Handbook.objects.get(pk=book.pk).icon == "cairn"
        assert other.post("/book/-/settings/", form).status_code == 302
        now = Handbook.objects.get(pk=book.pk)
        assert (now.title, now.is_public, now.color, now.icon) == ("Lodge", False, "rose", "star")

    @pytest.mark.parametrize(
        ("who", "is_public", "status"),
        [
            ("visitor", True, 302),
            ("visitor", False, 404),
            ("stranger", True, 403),
            ("stranger", False, 404),
            ("reader", False, 403),
            ("editor", False, 403),
            ("staff", False, 200),
        ],
    )
    def test_others_may_not(self, anna, who, is_public, status):
        book = sample.handbook(anna, slug="hall", is_public=is_public)
        client = Client()
        if who in ("reader", "editor"):
            client = signed_in(sample.member(book, anna, who))
        elif who != "visitor":
            client = signed_in(sample.person(staff=who == "staff"))
        assert client.get("/hall/-/settings/").status_code == status
        if who != "staff":
            before = every_table()
            # A form is not sent to the sign-in page: the way back must lead to what was typed.
            refused = 403 if status == 302 else status
            assert client.post("/hall/-/settings/", GIVEN).status_code == refused
            assert every_table() == before

    def test_a_handbook_that_is_not_there_answers_like_one_that_is_hidden(self, anna):
        sample.handbook(sample.person(), slug="hidden", is_public=False)
        client = signed_in(anna)
        answers = [client.get(f"/{slug}/-/settings/") for slug in ("hidden", "nowhere")]
        assert answers[0].content == answers[1].content
        assert [answer.status_code for answer in answers] == [404, 404]
