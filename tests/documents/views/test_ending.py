"""Deleting a handbook: closed at once, taken back for a while, gone for good after that."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from apps.documents.actions.media import add_media
from apps.documents.handlers import delete_media_of_purged
from apps.documents.media import checked_upload
from apps.events.guard import opened
from apps.events.models import Event
from apps.tenants.actions import close_handbook, invite
from apps.tenants.belongings import belongings
from apps.tenants.chores import purge_due
from apps.tenants.models import Handbook
from tests.accounts.conftest import signed_in
from tests.accounts.shown import errors, fields, heading, notices
from tests.contract.snapshot import every_table
from tests.documents import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def book(anna):
    return sample.handbook(anna, slug="hut", title="Mountain hut", is_public=True)


@pytest.fixture
def owner(anna, book):
    return signed_in(anna)


def delete(client: Client, title: str = "Mountain hut"):
    return client.post("/hut/-/settings/delete/", {"title": title})


def its_time_is_over(book: Handbook) -> None:
    with opened():
        Handbook.objects.filter(pk=book.pk).update(ends_at=timezone.now() - timedelta(seconds=1))


def test_it_closes_to_everybody_but_its_owners_until_one_takes_it_back(anna, book, owner):
    sample.page(book, anna, "Water", "Words")
    others = [signed_in(sample.member(book, anna, role, role.title())) for role in ("editor", "reader")]
    others += [signed_in(sample.person("Cy")), Client()]
    addresses = ("/hut/", "/hut/water/", "/hut/-/search/?q=words", "/hut/-/tree/")
    assert [client.get("/hut/water/").status_code for client in others] == [200] * 4
    assert delete(owner, " mountain  HUT ")["Location"] == "/hut/-/settings/delete/"
    for client in others:
        assert {client.get(address).status_code for address in addresses} == {404}
        assert "Mountain hut" not in client.get("/").content.decode()
    assert {owner.get(address).status_code for address in addresses} == {200}
    page = owner.get("/hut/-/settings/delete/")
    assert heading(page) == "“Mountain hut” is to be deleted"
    row = Handbook.objects.get(pk=book.pk)
    assert abs(row.ends_at - timezone.now() - timedelta(days=14)) < timedelta(minutes=1)
    account = owner.get("/-/account/").content.decode()
    assert "To be deleted" in account
    assert 'action="/hut/-/settings/reopen/"' in account

    assert owner.post("/hut/-/settings/reopen/")["Location"] == "/hut/-/settings/"
    assert notices(owner.get("/hut/-/settings/")) == ["Taken back: “Mountain hut” is as it was."]
    assert [client.get("/hut/water/").status_code for client in others] == [200] * 4
    assert "To be deleted" not in owner.get("/-/account/").content.decode()


def test_the_settings_say_so_and_lead_to_taking_it_back(owner):
    assert "This handbook is to be deleted" not in owner.get("/hut/-/settings/").content.decode()
    delete(owner)
    page = owner.get("/hut/-/settings/").content.decode()
    assert "This handbook is to be deleted" in page
    assert "Delete this handbook" not in page


def test_what_was_for_members_is_for_members_again(anna, owner):
    sample.handbook(anna, slug="cave", title="Cave", is_public=False)
    owner.post("/cave/-/settings/delete/", {"title": "Cave"})
    owner.post("/cave/-/settings/reopen/")
    assert Client().get("/cave/").status_code == 404


@pytest.mark.parametrize("title", ["", "Mountain", "Mountain huts"])
def test_its_title_must_be_typed(owner, title):
    before = every_table()
    answer = delete(owner, title)
    assert answer.status_code == 422
    assert errors(answer) == [
        "Its title: "
        + ("This is not its title. Type “Mountain hut”." if title else "This field is required.")
    ]
    assert fields(answer) == {"title": title}
    assert every_table() == before


def test_only_owners_may(anna, book):
    editor = signed_in(sample.member(book, anna, "editor", "Emil"))
    before = every_table()
    for path in ("delete", "reopen"):
        assert editor.post(f"/hut/-/settings/{path}/", {"title": "Mountain hut"}).status_code == 403
        assert Client().post(f"/hut/-/settings/{path}/").status_code == 403
    assert every_table() == before


def test_meanwhile_it_cannot_be_opened_to_everybody(owner):
    delete(owner)
    given = {"title": "Mountain hut", "slug": "hut", "language": "en", "color": "lake", "icon": "cairn"}
    answer = owner.post("/hut/-/settings/", {**given, "is_public": "public"})
    assert errors(answer) == [
        "Who may read: This handbook is to be deleted. Take that back before you open it to everybody."
    ]


class TestPurging:
    def test_before_its_day_nothing_is_deleted(self, book, owner):
        delete(owner)
        assert purge_due() == []
        assert Handbook.objects.filter(pk=book.pk).exists()

    def test_one_that_was_taken_back_stays(self, book, owner):
        delete(owner)
        owner.post("/hut/-/settings/reopen/")
        assert purge_due() == []

    def test_every_row_and_file_of_it_goes_and_nothing_of_others(self, anna, book, owner):
        other = sample.handbook(anna, slug="other", title="Other")
        for each in (book, other):
            sample.page(each, anna, "Water", "See [[Stove]].")
            add_media(sample.actor(anna), each.pk, checked_upload("note.txt", b"Words"))
            invite(sample.actor(anna), each.pk, role="reader")
        before = rows_of(other)
        delete(owner)
        its_time_is_over(book)
        assert purge_due() == [(book.pk, "hut")]
        assert rows_of(book) == {}
        assert rows_of(other) == before
        event = Event.objects.get(type="handbook_purged", stream_id=book.pk)
        assert Event.objects.filter(type="handbook_purged", stream_id=anna.pk).exists()
        folders = [Path(settings.MEDIA_ROOT) / str(each.pk) for each in (book, other)]
        assert [folder.exists() for folder in folders] == [True, True]
        delete_media_of_purged(event)
        delete_media_of_purged(event)  # handlers may run twice
        assert [folder.exists() for folder in folders] == [False, True]
        assert owner.get("/hut/").status_code == 404
        assert sample.handbook(anna, slug="hut").slug == "hut"  # its address is free

    def test_the_command_lists_and_deletes(self, book, owner, anna, capsys):
        close_handbook(sample.actor(anna), book.pk, title="Mountain hut")
        call_command("purge_handbooks", "--list")
        assert capsys.readouterr().out.startswith("/hut/ on 20")
        call_command("purge_handbooks")
        assert capsys.readouterr().out == ""
        its_time_is_over(book)
        call_command("purge_handbooks")
        assert capsys.readouterr().out == "/hut/ is deleted\n"


def rows_of(book: Handbook) -> dict[str, int]:
    counts = {
        model._meta.label: model._base_manager.filter(**{lookup: book.pk}).count()
        for model, lookup in belongings()
    }
    return {label: count for label, count in counts.items() if count}


def test_whatever_points_at_a_handbook_belongs_to_it():
    """A model that is of a handbook only by a name nobody expects would stay behind."""
    found = {model for model, _lookup in belongings()}
    pointing = {
        model
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is Handbook
    }
    assert pointing - found == set()
    assert Handbook not in found
