"""Going back to what a page said: the text, the title and the address, prepared while nobody waits."""

from __future__ import annotations

import pytest
from django.utils import translation

from apps.documents.actions import revisions
from apps.documents.actions.revisions import restore_revision
from apps.documents.actions.saving import save_document
from apps.documents.models import Document, Redirect
from apps.events.actions import RefusedError
from apps.events.models import Event
from apps.events.tracked import current_unit
from tests.documents import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def page(anna):
    book = sample.handbook(anna, slug="ship", language="de")
    page = sample.page(book, anna, "Water", "The spring.")
    return save(anna, page, "Two cans.", title="Spring")


def save(by, page, source: str, *, title: str) -> Document:
    base = Document.objects.get(pk=page.pk).revision_id
    return save_document(sample.actor(by), page.pk, title=title, source=source, base_revision_id=base)


def state(page) -> tuple[int, str, str, str]:
    now = Document.objects.select_related("revision").get(pk=page.pk)
    return now.revision.number, now.title, now.path, now.revision.source


def preparing(monkeypatch, meanwhile) -> None:
    """`meanwhile` is done each time a text was worked out."""

    def compose(*values):
        composed = compose_checked(*values)
        meanwhile()
        return composed

    compose_checked = revisions.compose_checked
    monkeypatch.setattr(revisions, "compose_checked", compose)


def test_the_address_goes_back_with_the_title(anna, page, client):
    assert state(page) == (2, "Spring", "spring", "Two cans.")
    restore_revision(sample.actor(anna), page.pk, number=1)
    assert state(page) == (3, "Water", "water", "The spring.")
    assert client.get("/ship/spring/")["Location"] == "/ship/water/"
    assert [row.path for row in Redirect.objects.filter(document=page)] == ["spring"]


def test_the_text_is_worked_out_while_nobody_waits_for_it(anna, page, monkeypatch):
    units: list[object] = []
    preparing(monkeypatch, lambda: units.append(current_unit.get()))
    restore_revision(sample.actor(anna), page.pk, number=1)
    assert units == [None]


def test_it_stands_on_top_of_what_was_saved_meanwhile(anna, page, monkeypatch):
    tries: list[int] = []

    def meanwhile() -> None:
        tries.append(len(tries))
        if len(tries) == 1:
            save(anna, page, "Three cans.", title="Spring")

    preparing(monkeypatch, meanwhile)
    restore_revision(sample.actor(anna), page.pk, number=1)
    assert len(tries) == 2
    assert state(page) == (4, "Water", "water", "The spring.")


def test_where_others_save_all_the_time_it_is_refused(anna, page, monkeypatch, client):
    cans = iter(range(3, 20))
    preparing(monkeypatch, lambda: save(anna, page, f"{next(cans)} cans.", title="Spring"))
    with pytest.raises(RefusedError):
        restore_revision(sample.actor(anna), page.pk, number=1)
    assert state(page) == (7, "Spring", "spring", "7 cans.")
    client.force_login(anna)
    answer = client.post(f"/ship/-/history/{page.pk}/1/restore/")
    assert (answer.status_code, answer["Location"]) == (302, f"/ship/-/history/{page.pk}/")


def test_the_history_says_so_in_the_language_of_the_handbook(anna, page):
    with translation.override("en"):
        restore_revision(sample.actor(anna), page.pk, number=1)
    page.refresh_from_db()
    assert page.revision.message == "Fassung 1 wiederhergestellt"


def test_what_stands_already_is_not_written_again(anna, page):
    events = Event.objects.count()
    restore_revision(sample.actor(anna), page.pk, number=2)
    assert state(page)[0] == 2
    assert Event.objects.count() == events
