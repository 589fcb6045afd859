"""Django's admin: staff look at people, handbooks, members and events, and change nothing."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client

from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.events.admin import EventAdmin, ParkedAdmin
from apps.events.models import Event, Parked
from apps.events.readonly import ReadOnlyAdmin
from apps.tenants.models import Handbook, Membership
from tests.accounts.conftest import PASSWORD, signed_in
from tests.contract.snapshot import every_table
from tests.documents import sample

MODELS = (User, Handbook, Membership, Event)


@pytest.fixture
def staff(db: None) -> Client:
    person = create_person(email="staff@example.org", name="Staff", password=PASSWORD, staff=True)
    return signed_in(person)


def address(model: type, tail: str = "") -> str:
    return f"/-/staff/{model._meta.app_label}/{model._meta.model_name}/{tail}"


def test_every_model_that_is_shown_is_shown_read_only():
    shown = {model for model, shown_by in admin.site._registry.items() if isinstance(shown_by, ReadOnlyAdmin)}
    assert shown == set(admin.site._registry) == {*MODELS, Parked}
    assert isinstance(admin.site._registry[Event], EventAdmin)
    assert isinstance(admin.site._registry[Parked], ParkedAdmin)


def test_staff_look_at_lists_and_rows(staff, anna):
    sample.handbook(anna)
    assert staff.get("/-/staff/").status_code == 200
    for model in MODELS:
        listed = staff.get(address(model), {"q": "a"})
        row = staff.get(address(model, f"{model.objects.first().pk}/change/"))
        assert (listed.status_code, row.status_code) == (200, 200)
        for answer in (listed, row):
            text = answer.content.decode()
            assert 'name="_save"' not in text
            assert "addlink" not in text
            assert "deletelink" not in text
            assert "style=" not in text
            assert "<style" not in text
    assert anna.password not in staff.get(address(User, f"{anna.pk}/change/")).content.decode()


def test_staff_change_nothing_here(staff, anna):
    sample.handbook(anna)
    before = every_table()
    for model in MODELS:
        pk = model.objects.first().pk
        for path in ("add/", f"{pk}/change/", f"{pk}/delete/"):
            assert staff.post(address(model, path), {"name": "x", "_save": "1"}).status_code == 403
        answer = staff.post(address(model), {"action": "delete_selected", "_selected_action": str(pk)})
        assert answer.status_code in (200, 302)
    assert every_table() == before


def test_its_door_is_the_sign_in_of_the_site(anna, visitor, staff):
    answer = visitor.get("/-/staff/", follow=True)
    assert answer.redirect_chain[-1][0] == "/-/sign-in/?next=/-/staff/"
    assert staff.get("/-/staff/login/?next=/-/staff/events/event/")["Location"] == "/-/staff/events/event/"
    assert staff.get("/-/staff/login/?next=https://elsewhere.example/")["Location"] == "/"
    assert staff.get("/-/staff/password_change/")["Location"] == "/-/password/"
    assert staff.post("/-/staff/logout/")["Location"] == "/-/signed-out/"


def test_others_do_not_get_in(anna, at_home):
    assert at_home.get("/-/staff/", follow=True).status_code == 403
    for model in MODELS:
        assert at_home.get(address(model), follow=True).status_code == 403
