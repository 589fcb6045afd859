"""What stands after several people worked on one run, and after an operation came twice."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.actions import rename_person
from apps.documents.actions import running, runs
from apps.documents.actions.imports import import_pages
from apps.documents.actions.run_items import (
    note_run_item,
    photograph_run_item,
    skip_run_item,
    tick_run_item,
    untick_run_item,
)
from apps.documents.actions.run_terms import change_run
from apps.documents.actions.runs import finish_run, reopen_run, start_run, update_run
from apps.documents.actions.saving import save_document
from apps.documents.imports.preparing import prepare
from apps.documents.media import checked_upload
from apps.documents.models import Document, Media, Run, RunEntry, RunItem
from apps.documents.selectors.export import media_digests
from apps.events.actions import RefusedError
from apps.events.models import Event
from tests import given
from tests.documents.importing.memory import plan_of
from tests.documents.pictures import picture
from tests.integration.racing import race

TEXT = "- [ ] (!) One\n- [ ] Two\n- [ ] Three"
pytestmark = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna():
    return given.person(name="Anna")


@pytest.fixture
def run(anna):
    book = given.handbook(anna)
    return start_run(anna, given.page(anna, given.home(book.pk), "Page", TEXT, publish=True).pk)


@pytest.fixture
def rosa(anna, run):
    return given.member(anna, run.handbook_id, "reader")


def item(run: Run, number: int) -> str:
    found: str = run.items[number]["id"]
    return found


def standing(run: Run) -> dict[str, tuple[str, str]]:
    """Words of the item -> state and by whom."""
    words = {each["id"]: each["label"] for each in run.items}
    rows = RunItem.objects.filter(run=run)
    return {words[row.item_id]: (row.state, row.by_name) for row in rows}


def settled(run: Run) -> int:
    return Run.objects.values_list("settled", flat=True).get(pk=run.pk)


@racing
def test_a_tick_is_one_transaction(anna, run):
    with CaptureQueriesContext(connection) as asked:
        tick_run_item(anna, run.pk, item(run, 0))
    words = [each["sql"].split()[0] for each in asked.captured_queries]
    assert [words.count(word) for word in ("BEGIN", "COMMIT")] == [1, 1]
    first, last = words.index("BEGIN"), words.index("COMMIT")
    assert not {"INSERT", "UPDATE", "DELETE"} & {*words[:first], *words[last:]}


@racing
def test_two_people_tick_two_items_at_once(anna, rosa, run):
    outcomes = race(
        partial(tick_run_item, anna, run.pk, item(run, 0)), partial(tick_run_item, rosa, run.pk, item(run, 1))
    )
    assert [each for each in outcomes if isinstance(each, Exception)] == []
    assert standing(run) == {"One": ("done", "Anna"), "Two": ("done", "Reader")}
    assert settled(run) == 2


@racing
def test_two_people_tick_one_item_at_once(anna, rosa, run):
    outcomes = race(*(partial(tick_run_item, each, run.pk, item(run, 0)) for each in (anna, rosa)))
    assert [each for each in outcomes if isinstance(each, Exception)] == []
    entries = RunEntry.objects.filter(run=run, kind="ticked")
    assert {entry.name for entry in entries} == {"Anna", "Reader"}
    first = entries.order_by("at").first()
    assert standing(run) == {"One": ("done", first.name)}
    assert settled(run) == 1


@racing
def test_two_people_finish_at_once(anna, rosa, run):
    tick_run_item(anna, run.pk, item(run, 0))
    outcomes = race(*(partial(finish_run, each, run.pk) for each in (anna, rosa)))
    assert [each for each in outcomes if isinstance(each, Exception)] == []
    (entry,) = RunEntry.objects.filter(run=run, kind="finished")
    assert Run.objects.get(pk=run.pk).finished_name == entry.name
    assert Event.objects.filter(about_id=run.pk, type="run_finished").count() == 1


@racing
def test_a_tick_and_a_finish_at_once(anna, rosa, run):
    tick_run_item(anna, run.pk, item(run, 0))
    outcomes = race(partial(finish_run, anna, run.pk), partial(tick_run_item, rosa, run.pk, item(run, 1)))
    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert [each for each in refused if not isinstance(each, RefusedError)] == []
    assert Run.objects.get(pk=run.pk).finished_at is not None
    assert settled(run) == 2 - len(refused)


def test_an_operation_that_comes_again_changes_nothing(anna, rosa, run):
    tick, untick = uuid4(), uuid4()
    tick_run_item(anna, run.pk, item(run, 0), operation_id=tick)
    untick_run_item(rosa, run.pk, item(run, 0), operation_id=untick)
    before = Event.objects.count()
    tick_run_item(anna, run.pk, item(run, 0), operation_id=tick)
    assert standing(run) == {"One": ("open", "Reader")}
    assert Event.objects.count() == before
    tick_run_item(anna, run.pk, item(run, 0))
    finish = uuid4()
    finish_run(anna, run.pk, operation_id=finish)
    untick_run_item(rosa, run.pk, item(run, 0), operation_id=untick)  # known, so it is not refused now
    assert standing(run) == {"One": ("done", "Anna")}
    reopen_run(rosa, run.pk, reason="Once more")
    finish_run(anna, run.pk, operation_id=finish)
    assert Run.objects.get(pk=run.pk).finished_at is None


def test_who_ticks_what_is_ticked_stands_in_the_record_once(anna, rosa, run):
    def ticked() -> list[str]:
        rows = RunEntry.objects.filter(run=run, kind="ticked").order_by("at", "id")
        return list(rows.values_list("name", flat=True))

    tick_run_item(anna, run.pk, item(run, 0))
    for _ in range(3):
        tick_run_item(rosa, run.pk, item(run, 0))
        note_run_item(rosa, run.pk, item(run, 0), text="Looked.")
    assert ticked() == ["Anna", "Reader"]
    untick_run_item(anna, run.pk, item(run, 0))
    tick_run_item(anna, run.pk, item(run, 0))
    tick_run_item(rosa, run.pk, item(run, 0))
    assert ticked() == ["Anna", "Reader", "Anna", "Reader"]


def test_a_record_ends_somewhere_and_a_full_one_can_be_worked_through_and_signed(anna, run, monkeypatch):
    monkeypatch.setattr(running, "ENTRIES_MAX", 3)
    tick_run_item(anna, run.pk, item(run, 0))
    note_run_item(anna, run.pk, item(run, 0), text="Third.")
    for act in (
        partial(note_run_item, anna, run.pk, item(run, 0), text="Fourth."),
        partial(skip_run_item, anna, run.pk, item(run, 0)),
        partial(untick_run_item, anna, run.pk, item(run, 0)),
        partial(change_run, anna, run.pk, title="Other", due_on=None),
    ):
        with pytest.raises(RefusedError, match="has 3 lines, as many as one may have"):
            act()
    assert (settled(run), RunEntry.objects.filter(run=run).count()) == (1, 3)
    tick_run_item(anna, run.pk, item(run, 1))
    assert settled(run) == 2
    with pytest.raises(RefusedError, match="has 3 lines, as many as one may have"):
        untick_run_item(anna, run.pk, item(run, 1))
    assert finish_run(anna, run.pk).finished_at is not None


def test_the_count_follows_what_is_settled(anna, run):
    counts = []
    for act, number in (
        (tick_run_item, 0),
        (skip_run_item, 1),
        (skip_run_item, 0),
        (untick_run_item, 0),
        (untick_run_item, 0),
        (tick_run_item, 1),
    ):
        act(anna, run.pk, item(run, number))
        counts.append(settled(run))
    assert counts == [1, 2, 2, 1, 1, 1]


def test_each_step_is_one_event_about_the_run(anna, run):
    tick_run_item(anna, run.pk, item(run, 0))
    note_run_item(anna, run.pk, item(run, 0), text="Said.")
    finish_run(anna, run.pk)
    reopen_run(anna, run.pk, reason="Wrong.")
    told = Event.objects.filter(about_id=run.pk).order_by("position").values_list("type", flat=True)
    assert list(told) == ["run_started", "run_item_ticked", "run_item_noted", "run_finished", "run_reopened"]


def test_photos_are_no_part_of_an_export_until_a_page_may_show_them(anna, run):
    upload = checked_upload("a.png", picture())
    photograph_run_item(anna, run.pk, item(run, 0), upload)
    assert media_digests(run.handbook_id) == set()
    files: dict[str, str | bytes] = {"a.md": "# A\n\n![a](a.png)\n", "a.png": picture()}
    import_pages(anna, run.handbook_id, prepare(run.handbook_id, plan_of(files), map, lambda *_: None))
    assert media_digests(run.handbook_id) == {upload.digest}
    assert Media.objects.get().for_members is False


def test_names_are_those_of_the_time(anna, rosa, run):
    tick_run_item(rosa, run.pk, item(run, 0))
    rename_person(rosa, rosa.id, name="Rosalind")
    tick_run_item(rosa, run.pk, item(run, 1))
    assert standing(run) == {"One": ("done", "Reader"), "Two": ("done", "Rosalind")}


def test_a_text_taken_over_brings_ticks_back_with_their_items(anna, run):
    page = Document.objects.get(pk=run.document_id)
    for each in (0, 1):
        tick_run_item(anna, run.pk, item(run, each))

    def take_over(source: str) -> Run:
        base = Document.objects.get(pk=page.pk).revision_id
        saved = save_document(anna, page.pk, title="Page", source=source, base_revision_id=base)
        return update_run(anna, run.pk, revision_id=saved.revision_id)

    after = take_over("- [ ] Two\n- [ ] Four")
    assert [(each["label"], each["gone"]) for each in after.items] == [
        ("Two", False),
        ("Four", False),
        ("One", True),
    ]
    assert (after.settled, after.total) == (1, 2)
    assert finish_run(anna, run.pk).finished_at is not None  # what is gone need not be done


def test_a_text_of_too_many_items_is_neither_started_nor_taken_over(anna, run, monkeypatch):
    page = Document.objects.get(pk=run.document_id)
    source = "\n".join(f"- [ ] Item {number}" for number in range(4))
    saved = save_document(anna, page.pk, title="Page", source=source, base_revision_id=page.revision_id)
    monkeypatch.setattr(runs, "ITEMS_MAX", 3)
    for act in (
        partial(start_run, anna, page.pk),
        partial(update_run, anna, run.pk, revision_id=saved.revision_id),
    ):
        with pytest.raises(RefusedError, match="A checklist has at most 3 items; this one has 4"):
            act()
    assert Run.objects.get().total == 3


def test_an_older_text_is_not_taken_over(anna, run):
    page = Document.objects.get(pk=run.document_id)
    first = page.revision_id
    saved = save_document(anna, page.pk, title="Page", source="- [ ] New", base_revision_id=first)
    update_run(anna, run.pk, revision_id=saved.revision_id)
    update_run(anna, run.pk, revision_id=first)
    assert Run.objects.get(pk=run.pk).revision_id == saved.revision_id
