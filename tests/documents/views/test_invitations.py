"""Invitations: made by owners, opened by whoever has the link, refused with a way on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.accounts.conf import AccountsConf, conf
from apps.accounts.mailing import post
from apps.documents.views import invite_form
from apps.events.guard import opened
from apps.tenants.actions import close_handbook, remove_member, revoke_invitation
from apps.tenants.models import Invitation, Membership
from tests.accounts.conftest import signed_in
from tests.accounts.shown import errors, fields, heading, notices
from tests.contract.snapshot import every_table
from tests.documents import sample

pytestmark = pytest.mark.django_db
OVER = "This invitation cannot be used"


@pytest.fixture(autouse=True)
def outbox():
    mail.outbox.clear()
    yield mail.outbox
    mail.outbox.clear()


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def book(anna):
    return sample.handbook(anna, slug="hut", title="Mountain hut", is_public=False)


@pytest.fixture
def owner(anna, book):
    return signed_in(anna)


def invite(client: Client, **given: str):
    answer = client.post(
        "/hut/-/members/", {"email": "", "role": "editor", "uses_max": "1", "days": "7", **given}
    )
    post(lambda: None).result(10)  # the mail is sent by then
    return answer


def link(answer) -> str:
    found = re.search(r'value="http://testserver(/-/invitations/[\w-]+/)"', answer.content.decode())
    assert found
    return found[1]


def part(answer) -> str:
    """What is said of the new invitation."""
    return answer.content.decode().partition('<section class="secret"')[2].partition("</section>")[0]


def role_of(book, person) -> str | None:
    row = Membership.objects.filter(handbook=book, person=person).first()
    return row and row.role


class TestInviting:
    def test_the_link_is_shown_once_and_only_its_digest_is_kept(self, owner, book):
        answer = invite(owner)
        secret = link(answer).split("/")[3]
        row = Invitation.objects.get()
        assert (row.role, row.uses_max, row.email) == ("editor", 1, "")
        assert abs(row.expires_at - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)
        assert secret not in str(every_table())
        assert secret not in owner.get("/hut/-/members/").content.decode()
        assert answer["Cache-Control"] == "private, no-store"

    def test_open_invitations_are_listed_and_taken_back(self, owner, anna, book):
        address = link(invite(owner))
        row = Invitation.objects.get()
        assert "Whoever has the link" in owner.get("/hut/-/members/").content.decode()
        assert owner.post(f"/hut/-/invitations/{row.pk}/revoke/")["Location"] == "/hut/-/members/"
        page = owner.get("/hut/-/members/")
        assert notices(page) == ["Taken back: this invitation lets nobody in any more."]
        assert "Whoever has the link" not in page.content.decode()
        assert Client().get(address).status_code == 410

    def test_the_answer_is_the_same_whether_or_not_an_address_has_an_account(self, owner, outbox):
        known = sample.person("Bo").email
        answers = {email: invite(owner, email=email) for email in (known, "nobody@example.org")}
        told = {
            re.sub(r"invitations/[\w-]+/|datetime=\"\S+\"", "", part(answer)).replace(email, "ADDRESS")
            for email, answer in answers.items()
        }
        assert len(told) == 1
        assert {answer.status_code for answer in answers.values()} == {200}
        assert len({tuple(sorted(answer.headers)) for answer in answers.values()}) == 1
        assert sorted(message.to[0] for message in outbox) == sorted(answers)
        assert {message.subject for message in outbox} == {"Anna invites you to “Mountain hut”"}
        assert not Membership.objects.filter(person__email=known).exists()

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"email": "bo"}, "E-mail address: Enter a valid email address."),
            (
                {"role": "king"},
                "Role: Select a valid choice. king is not one of the available choices.",
            ),
            ({"days": "400"}, "Until: Select a valid choice. 400 is not one of the available choices."),
            (
                {"email": "bo@example.org", "uses_max": "10"},
                "Good for: With an address it is for one person.",
            ),
        ],
    )
    def test_what_is_not_allowed_is_said_and_what_was_typed_is_kept(self, owner, given, expected):
        before = every_table()
        answer = invite(owner, **given)
        assert (answer.status_code, errors(answer)) == (422, [expected])
        assert fields(answer)["email"] == given.get("email", "")
        assert every_table() == before

    def test_a_member_is_not_invited_again(self, owner, anna, book):
        bo = sample.member(book, anna, "reader", "Bo")
        answer = invite(owner, email=bo.email.upper())
        assert errors(answer) == [f"E-mail address: “{bo.email}” belongs to this handbook already."]

    def test_nobody_mails_the_world(self, owner, outbox, monkeypatch):
        monkeypatch.setattr(invite_form, "accounts_conf", AccountsConf(invitation_mails_an_hour=2))
        answers = [invite(owner, email=f"p{number}@example.org") for number in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 422]
        assert errors(answers[2]) == [
            "E-mail address: That was tried too often from here. Please wait 60 minutes, then try again."
        ]
        assert len(outbox) == Invitation.objects.count() == 2
        assert invite(owner).status_code == 200  # a link to pass on

    def test_the_pages_take_few_statements_however_many_there_are(
        self, owner, anna, book, django_assert_max_num_queries
    ):
        for number in range(15):
            sample.member(book, anna, "reader", f"Bo {number}")
            invite(owner)
        with django_assert_max_num_queries(12):
            owner.get("/hut/-/members/")
        with django_assert_max_num_queries(12):
            owner.get("/hut/-/members/transfer/")
        with django_assert_max_num_queries(12):
            owner.get("/-/account/")


class TestOpening:
    @pytest.fixture
    def address(self, owner):
        return link(invite(owner))

    def test_a_visitor_is_told_which_handbook_and_finds_the_ways_in(self, address):
        page = Client().get(address)
        text = page.content.decode()
        assert (page.status_code, heading(page)) == (200, "Mountain hut")
        assert "Anna invites you" in text
        assert "<b>Editor</b>: Reads and writes." in text
        for way in ("sign-in", "sign-up"):
            assert f'href="/-/{way}/?next={address.replace("/", "%2F")}"' in text
        assert page["Cache-Control"] == "private, no-store"

    def test_a_link_joins_nobody_a_button_does_and_once(self, address, book):
        bo, cy = sample.person("Bo"), sample.person("Cy")
        client = signed_in(bo)
        assert client.get(address).status_code == 200
        assert role_of(book, bo) is None
        assert client.post(address)["Location"] == "/hut/"
        assert role_of(book, bo) == "editor"
        assert client.get("/hut/").status_code == 200
        answer = signed_in(cy).post(address)
        assert (answer.status_code, heading(answer)) == (410, OVER)
        assert role_of(book, cy) is None

    def test_a_visitor_who_posts_joins_nothing(self, address, book):
        before = every_table()
        assert Client().post(address).status_code == 200
        assert every_table() == before

    def test_several_people_may_use_one_that_says_so(self, owner, book):
        address = link(invite(owner, uses_max="10"))
        for name in ("Bo", "Cy"):
            assert signed_in(sample.person(name)).post(address).status_code == 302
        assert "2 of 10 came" in owner.get("/hut/-/members/").content.decode()

    def test_who_is_a_member_keeps_their_role_and_uses_nothing_up(self, owner, anna, book):
        address = link(invite(owner, role="reader"))
        page = owner.get(address)
        assert (page.status_code, "You belong to this handbook already." in page.content.decode()) == (
            200,
            True,
        )
        assert owner.post(address)["Location"] == "/hut/"
        assert role_of(book, anna) == "owner"
        assert Invitation.objects.get().uses == 0

    def test_who_came_by_it_is_told_so_when_they_open_it_again(self, address, anna, book):
        client = signed_in(sample.person("Bo"))
        client.post(address)
        for _time in range(2):
            for answer in (client.get(address), client.post(address)):
                assert answer.status_code == 200
                assert "You belong to this handbook already." in answer.text
                assert 'href="/hut/">Open it</a>' in answer.text
            revoke_invitation(sample.actor(anna), book.pk, Invitation.objects.get().pk)
        assert Invitation.objects.get().uses == 1

    def test_one_by_mail_is_for_the_account_with_that_address(self, owner, book):
        bo, cy = sample.person("Bo"), sample.person("Cy")
        address = link(invite(owner, email=bo.email))
        before = Membership.objects.count()
        stranger = signed_in(cy)
        for answer in (stranger.get(address), stranger.post(address)):
            assert answer.status_code == 403
            assert "This invitation is for another account than yours." in answer.content.decode()
            assert bo.email not in answer.content.decode()
            assert 'action="/-/sign-out/"' in answer.content.decode()
        assert Membership.objects.count() == before
        assert signed_in(bo).post(address).status_code == 302

    def test_who_was_removed_can_be_invited_again_and_the_old_link_lets_them_in_no_more(
        self, address, owner, anna, book
    ):
        bo = sample.person("Bo")
        client = signed_in(bo)
        client.post(address)
        remove_member(sample.actor(anna), book.pk, bo.pk)
        assert client.post(address).status_code == 410
        assert client.post(link(invite(owner))).status_code == 302

    def test_whatever_lets_nobody_in_is_answered_alike(self, owner, anna, book):
        def expire(row):
            with opened():
                Invitation.objects.filter(pk=row.pk).update(expires_at=timezone.now())

        def use(row):
            with opened():
                Invitation.objects.filter(pk=row.pk).update(uses=1)

        def revoke(row):
            revoke_invitation(sample.actor(anna), book.pk, row.pk)

        addresses = ["/-/invitations/no-such-secret/", f"/-/invitations/{'x' * 500}/"]
        for spoil in (expire, use, revoke):
            addresses.append(link(invite(owner)))
            spoil(Invitation.objects.latest("created_at"))
        of_closed = link(invite(owner))
        close_handbook(sample.actor(anna), book.pk, title="Mountain hut")
        stranger = signed_in(sample.person("Bo"))
        for client in (Client(), stranger):
            answers = [client.get(each) for each in (*addresses, of_closed)]
            assert {answer.status_code for answer in answers} == {410}
            bodies = {re.sub(r'value="\w{64}"', "", answer.content.decode()) for answer in answers}
            assert len(bodies) == 1
            assert "Mountain hut" not in bodies.pop()
            assert heading(answers[0]) == OVER

    def test_guessing_waits_after_some_tries(self, address):
        most = conf.invitation_tries
        client = Client()
        statuses = [client.get(f"/-/invitations/guess-{each}/").status_code for each in range(most + 1)]
        assert statuses == [410] * most + [429]
        answer = client.get(address)
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 900
        assert heading(answer) == "Too many tries"
        elsewhere = Client(REMOTE_ADDR="203.0.113.9")
        assert elsewhere.get(address).status_code == 200
