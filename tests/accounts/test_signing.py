"""Signing in, up and out in the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from apps.accounts.actions import create_person, note_sign_in
from apps.accounts.models import User
from apps.events.guard import opened
from apps.events.models import Event
from tests.accounts.conftest import PASSWORD, signed_in
from tests.accounts.shown import errors, fields, heading
from tests.contract.snapshot import every_table

TOO_SHORT = "This password is too short. It must contain at least 8 characters."
WRONG = ["The e-mail address or the password is not right."]


def sign_in(client: Client, email: str, password: str, **more: str):
    return client.post("/-/sign-in/", {"email": email, "password": password, **more})


def types(person: User) -> list[str]:
    return list(Event.objects.filter(stream_id=person.pk).order_by("position").values_list("type", flat=True))


class TestSigningIn:
    def test_the_right_password_opens_a_session_and_is_noted_on_the_persons_stream(self, anna, visitor):
        answer = sign_in(visitor, "anna@example.org", PASSWORD)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert visitor.session["_auth_user_id"] == str(anna.pk)
        assert types(anna) == ["person_created", "person_signed_in"]

    def test_the_address_may_be_written_in_any_way(self, anna, visitor):
        assert sign_in(visitor, " Anna@Example.ORG ", PASSWORD).status_code == 302

    def test_the_session_gets_a_new_key_and_keeps_30_days(self, anna, visitor):
        session = visitor.session
        session["seen"] = 1
        session.save()
        visitor.cookies["sessionid"] = before = session.session_key
        answer = sign_in(visitor, anna.email, PASSWORD)
        after = answer.cookies["sessionid"]
        assert after.value != before
        assert not Session.objects.filter(pk=before).exists()
        assert (after["httponly"], after["samesite"], after["max-age"]) == (True, "Lax", 30 * 24 * 3600)
        expires = Session.objects.get(pk=after.value).expire_date
        assert abs(expires - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("anna@example.org", "wrong"),
            ("nobody@example.org", PASSWORD),
            ("anna@example.org", PASSWORD.upper()),
        ],
    )
    def test_a_wrong_password_and_an_unknown_address_are_refused_alike(self, anna, visitor, email, password):
        before = every_table()
        answer = sign_in(visitor, email, password, next="/hut/")
        assert (answer.status_code, errors(answer)) == (422, WRONG)
        assert fields(answer) == {"email": email, "password": "", "next": "/hut/"}
        assert password not in answer.content.decode()
        assert every_table() == before
        assert "sessionid" not in answer.cookies

    def test_an_unknown_address_takes_the_work_of_hashing_too(self, visitor, monkeypatch):
        hashed: list[str] = []
        monkeypatch.setattr(User, "set_password", lambda self, raw: hashed.append(raw))
        sign_in(visitor, "nobody@example.org", PASSWORD)
        assert hashed == [PASSWORD]

    def test_who_is_not_active_or_has_no_password_cannot_sign_in(self, anna, visitor):
        create_person(email="machine@example.org", name="Machine", password=None)
        with opened():
            User.objects.filter(pk=anna.pk).update(is_active=False)
        for email in ("anna@example.org", "machine@example.org"):
            assert errors(sign_in(visitor, email, PASSWORD)) == WRONG

    def test_empty_fields_are_named(self, visitor):
        answer = sign_in(visitor, "", "")
        assert errors(answer) == [
            "E-mail address: This field is required.",
            "Password: This field is required.",
        ]

    @pytest.mark.parametrize("password", ["x" * 257, "null\0byte"])
    def test_a_password_that_nobody_can_have_is_refused_before_it_is_hashed(self, anna, visitor, password):
        assert sign_in(visitor, anna.email, password).status_code == 422

    @pytest.mark.parametrize("address", ["/hut/-/settings/", "/hut/?q=a%20b#here", "http://testserver/hut/"])
    def test_it_leads_to_where_the_person_wanted(self, anna, visitor, address):
        assert sign_in(visitor, anna.email, PASSWORD, next=address)["Location"] == address

    @pytest.mark.parametrize(
        "address",
        [
            "https://elsewhere.example/",
            "//elsewhere.example/",
            "///elsewhere.example/",
            "/\\elsewhere.example/",
            "\\\\elsewhere.example",
            "javascript:alert(1)",
            "http:elsewhere.example",
            "\x00/hut/",
            " ",
        ],
    )
    def test_it_never_leads_to_another_site(self, anna, visitor, address):
        answer = sign_in(visitor, anna.email, PASSWORD, next=address)
        assert answer.status_code == 422 if "\0" in address else answer["Location"] == "/"

    @pytest.mark.parametrize("address", ["/plans/", "/plans/route/?q=a%20b", "/no%C3%B6where"])
    def test_it_leads_back_to_the_page_whose_link_led_here(self, anna, visitor, address):
        lost = visitor.get(address)
        assert (lost.status_code, 'href="/-/sign-in/"' in lost.text) == (404, True)
        page = visitor.get("/-/sign-in/", headers={"referer": f"http://testserver{address}"})
        assert fields(page)["next"] == address
        assert sign_in(visitor, anna.email, PASSWORD, next=address)["Location"] == address
        again = visitor.get("/-/sign-in/", headers={"referer": f"http://testserver{address}"})
        assert again["Location"] == address

    @pytest.mark.parametrize(
        "referer",
        [
            "https://elsewhere.example/plans/",
            "http://testserver.example/plans/",
            "http://testserver/-/signed-out/",
            "http://testserver/-/sign-in/?next=/hut/",
            "http://testserver/" + "x" * 2000,
            "nonsense",
            "",
        ],
    )
    def test_it_leads_back_to_no_other_site_and_to_no_page_about_signing_in(self, visitor, referer):
        assert fields(visitor.get("/-/sign-in/", headers={"referer": referer}))["next"] == ""

    def test_an_address_with_two_slashes_leads_to_the_front_page(self, at_home):
        answer = at_home.get("/-/sign-in/", headers={"referer": "http://testserver//elsewhere.example/"})
        assert answer["Location"] == "/"

    def test_what_a_link_names_comes_before_the_page_it_stands_on(self, visitor):
        page = visitor.get("/-/sign-in/?next=/hut/", headers={"referer": "http://testserver/plans/"})
        assert fields(page)["next"] == "/hut/"

    def test_a_page_for_people_asks_for_sign_in_and_comes_back(self, anna, visitor):
        answer = visitor.get("/-/account/")
        assert answer["Location"] == "/-/sign-in/?next=/-/account/"
        page = visitor.get(answer["Location"])
        assert fields(page)["next"] == "/-/account/"
        assert "/-/sign-up/?next=%2F-%2Faccount%2F" in page.content.decode()

    def test_who_is_signed_in_is_sent_on(self, at_home):
        assert at_home.get("/-/sign-in/?next=/hut/")["Location"] == "/hut/"
        assert at_home.get("/-/sign-in/?next=https://elsewhere.example/")["Location"] == "/"

    def test_the_page_is_stored_by_nobody(self, visitor):
        assert visitor.get("/-/sign-in/")["Cache-Control"] == "private, no-store"

    def test_the_form_needs_its_token(self, anna):
        client = Client(enforce_csrf_checks=True)
        assert sign_in(client, anna.email, PASSWORD).status_code == 403
        token = client.get("/-/sign-in/").cookies["csrftoken"].value
        assert sign_in(client, anna.email, PASSWORD, csrfmiddlewaretoken=token).status_code == 302


class TestRenewingOldHashes:
    OLD = "django.contrib.auth.hashers.PBKDF2PasswordHasher"

    @pytest.fixture
    def olga(self, settings, db):
        """Her password was hashed by a hasher that is not today's."""
        settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, self.OLD]
        olga = create_person(email="olga@example.org", name="Olga", password=PASSWORD)
        with opened():
            User.objects.filter(pk=olga.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
        return User.objects.get(pk=olga.pk)

    def test_sign_in_hashes_anew_and_its_event_says_so(self, olga):
        client = signed_in(olga)
        renewed = User.objects.get(pk=olga.pk)
        assert renewed.password.startswith("md5$")
        assert renewed.check_password(PASSWORD)
        event = Event.objects.filter(stream_id=olga.pk).latest("position")
        assert event.type == "person_signed_in"
        assert [(touch.entity, touch.op, touch.fields) for touch in event.touched()] == [
            ("person", "~", ("password",))
        ]
        assert client.get("/-/account/").status_code == 200

    def test_a_wrong_password_renews_nothing(self, olga, visitor):
        sign_in(visitor, olga.email, "wrong")
        assert User.objects.get(pk=olga.pk).password == olga.password

    def test_a_hash_of_today_is_left_alone(self, anna):
        signed_in(anna)
        assert User.objects.get(pk=anna.pk).password == anna.password
        assert Event.objects.filter(stream_id=anna.pk).latest("position").touches == []

    def test_without_the_password_nothing_is_renewed(self, olga):
        assert note_sign_in(olga.pk).password == olga.password


class TestSigningUp:
    GIVEN = {"name": "Bo  Lind", "email": "Bo@Example.org", "password": "mountain-hut-7"}

    def test_it_makes_an_account_and_signs_in(self, visitor):
        answer = visitor.post("/-/sign-up/", {**self.GIVEN, "next": "/hut/"})
        assert (answer.status_code, answer["Location"]) == (302, "/hut/")
        person = User.objects.get(email="bo@example.org")
        assert (person.name, person.is_staff, person.is_active) == ("Bo Lind", False, True)
        assert types(person) == ["person_created", "person_signed_in"]
        assert visitor.get("/-/account/").status_code == 200

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"name": ""}, ["Name: This field is required."]),
            ({"name": "x" * 101}, ["Name: Ensure this value has at most 100 characters (it has 101)."]),
            ({"email": "bo"}, ["E-mail address: Enter a valid email address."]),
            ({"email": f"{'b' * 60}@{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 60}"}, None),
            ({"password": "bok7-x"}, [f"Password: {TOO_SHORT}"]),
            ({"password": "password1"}, ["Password: This password is too common."]),
            ({"password": "bo@example.org"}, ["Password: The password is too similar to the email."]),
            ({"name": "nul\0"}, ["Name: Null characters are not allowed."]),
        ],
    )
    def test_what_is_not_allowed_is_named_and_what_was_typed_is_kept(self, visitor, given, expected):
        before = every_table()
        typed = {**self.GIVEN, **given, "next": "/hut/"}
        answer = visitor.post("/-/sign-up/", typed)
        assert answer.status_code == 422
        assert errors(answer) == expected if expected else len(errors(answer)) == 1
        assert fields(answer) == {**typed, "password": ""}
        assert every_table() == before

    def test_an_address_that_has_an_account_is_refused(self, anna, visitor):
        before = every_table()
        answer = visitor.post("/-/sign-up/", {**self.GIVEN, "email": "ANNA@example.org"})
        assert errors(answer) == ["E-mail address: There is an account with this address already."]
        assert fields(answer) == {**self.GIVEN, "email": "ANNA@example.org", "password": "", "next": ""}
        assert self.GIVEN["password"] not in answer.content.decode()
        assert every_table() == before


class TestSigningOut:
    def test_a_link_only_asks(self, at_home):
        assert heading(at_home.get("/-/sign-out/")) == "Sign out?"
        assert at_home.get("/-/account/").status_code == 200

    def test_the_button_ends_the_session(self, at_home):
        key = at_home.cookies["sessionid"].value
        answer = at_home.post("/-/sign-out/")
        assert answer["Location"] == "/-/signed-out/"
        assert heading(at_home.get("/-/signed-out/")) == "You are signed out"
        assert not Session.objects.filter(pk=key).exists()
        assert at_home.get("/-/account/")["Location"] == "/-/sign-in/?next=/-/account/"

    def test_other_devices_stay_signed_in(self, anna, at_home):
        other = signed_in(anna)
        at_home.post("/-/sign-out/")
        assert other.get("/-/account/").status_code == 200

    def test_a_visitor_is_told_so(self, visitor):
        assert visitor.get("/-/sign-out/")["Location"] == "/-/signed-out/"
