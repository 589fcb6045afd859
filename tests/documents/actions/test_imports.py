"""Imports into a real database: all or nothing, unchanged pages untouched, ids and edits kept."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.people import SYSTEM
from apps.documents.actions.binning import bin_document
from apps.documents.actions.care import change_care
from apps.documents.actions.imports import ImportOutdatedError, import_pages
from apps.documents.actions.places import move_document
from apps.documents.actions.saving import save_document
from apps.documents.importing.plan import ImportPlan, PlannedPage
from apps.documents.imports.preparing import prepare
from apps.documents.models import Care, Document, Label, Media, Revision
from apps.events.models import Event
from apps.tenants.models import Handbook
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "docs"
    (root / "guide").mkdir(parents=True)
    (root / "index.md").write_text("# Station\n\nWelcome. See [radio](guide/radio.md).\n")
    (root / "guide" / "index.md").write_text("# Guide\n\nAll of it.\n")
    (root / "guide" / "radio.md").write_text("# Radio\n\nCall twice.\n\nThen listen.\n")
    (root / "guide" / "plan.txt").write_text("A plan")
    (root / "guide" / "tides.md").write_text("---\ndraft: true\n---\n# Tides\n\n[plan](plan.txt)\n")
    return root


def run(folder, slug="station", **options):
    call_command("import_handbook", str(folder), handbook=slug, **options)
    return Handbook.objects.get(slug=slug)


def texts(book):
    rows = Document.objects.filter(handbook=book, binned_at=None).select_related("revision").order_by("path")
    return {row.path: row.revision.source for row in rows}


def state():
    return list(Document.objects.order_by("pk").values()), Event.objects.count(), Revision.objects.count()


def test_a_folder_becomes_a_handbook(folder):
    book = run(folder, public=True)
    assert book.is_public
    assert texts(book)["guide/radio"] == "Call twice.\n\nThen listen."
    assert texts(book)[""] == "Welcome. See [radio](/guide/radio)."
    drafts = Document.objects.filter(handbook=book, published_at=None)
    assert [row.path for row in drafts] == ["guide/tides"]
    media = Media.objects.get(handbook=book)
    assert texts(book)["guide/tides"] == f"[plan](/-/media/{media.digest}/{media.name})"


def test_tags_of_a_head_are_added_to_those_that_people_gave(folder, capsys):
    radio = folder / "guide" / "radio.md"
    radio.write_text("---\ntags: [Safety, Daily rounds]\n---\n# Radio\n\nCall twice.\n")
    book = run(folder)
    page = Document.objects.get(handbook=book, path="guide/radio")
    assert labels(page) == {"safety": "Safety", "daily-rounds": "Daily rounds"}
    values = {"owner_id": None, "review_on": None, "review_every_months": None}
    change_care(SYSTEM, page.pk, tags=["safety", "Water", "C#"], **values)
    radio.write_text(f"---\ntags: [Safety, Night, C++, '{'x' * 41}']\n---\n# Radio\n\nCall twice.\n")
    run(folder)
    assert labels(page) == {"safety": "safety", "water": "Water", "c": "C#", "night": "Night"}
    told = capsys.readouterr().out
    assert f"guide/radio.md:1: “{'x' * 41}” is no tag" in told
    assert "guide/radio.md:1: “C#” and “C++” would be one tag" in told
    state_then = state()
    run(folder)
    assert state() == state_then


def labels(page):
    rows = dict(Label.objects.filter(document=page).values_list("slug", "name"))
    assert dict(Care.objects.get(pk=page.pk).labels) == rows
    return rows


def test_a_second_run_touches_nothing(folder):
    run(folder)
    before = state()
    run(folder)
    assert state() == before


def test_the_same_files_again_leave_what_people_did_since(folder, capsys):
    book = run(folder)
    radio = Document.objects.get(handbook=book, path="guide/radio")
    bin_document(SYSTEM, radio.pk)
    before = state()
    capsys.readouterr()
    run(folder)
    assert state() == before
    assert "these very files were imported last" in capsys.readouterr().out


def test_going_back_to_older_files_is_an_import_like_any(folder):
    book = run(folder)
    radio = folder / "guide" / "radio.md"
    old = radio.read_text()
    for text in ("# Radio\n\nNew.\n", old):
        radio.write_text(text)
        run(folder)
    assert texts(book)["guide/radio"] == "Call twice.\n\nThen listen."
    assert Document.objects.get(handbook=book, path="guide/radio").revision.number == 3


def test_only_what_changed_gets_a_revision_and_keeps_its_blocks(folder):
    book = run(folder)
    radio = Document.objects.get(handbook=book, path="guide/radio")
    listen = radio.revision.blocks[1][0]
    (folder / "guide" / "radio.md").write_text("# Radio\n\nCall three times.\n\nThen listen.\n")
    (folder / "guide" / "new.md").write_text("# New\n\nNew.\n")
    run(folder)
    radio.refresh_from_db()
    assert (radio.revision.number, radio.revision.blocks[1][0]) == (2, listen)
    assert texts(book)["guide/new"] == "New."
    assert Revision.objects.filter(handbook=book, number=2).count() == 2  # the home page's import, and this


def test_edits_made_here_survive_a_new_import(folder):
    book = run(folder)
    radio = Document.objects.get(handbook=book, path="guide/radio")
    source = "Call twice.\n\nThen listen carefully."
    save_document(SYSTEM, radio.pk, title="Radio", source=source, base_revision_id=radio.revision_id)
    run(folder)
    assert texts(book)["guide/radio"] == source
    (folder / "guide" / "radio.md").write_text("# Radio\n\nCall three times.\n\nThen listen.\n")
    run(folder)
    assert texts(book)["guide/radio"] == "Call three times.\n\nThen listen carefully."


def test_where_both_changed_the_same_the_file_wins_and_it_is_told(folder, capsys):
    book = run(folder)
    radio = Document.objects.get(handbook=book, path="guide/radio")
    save_document(
        SYSTEM, radio.pk, title="Radio", source="Call me.\n\nThen listen.", base_revision_id=radio.revision_id
    )
    (folder / "guide" / "radio.md").write_text("# Radio\n\nCall them.\n\nThen listen.\n")
    capsys.readouterr()
    run(folder)
    assert texts(book)["guide/radio"] == "Call them.\n\nThen listen."
    assert "guide/radio.md: replaces “Radio”" in capsys.readouterr().out
    assert [row.source for row in radio.revisions.order_by("number")][1] == "Call me.\n\nThen listen."


def test_pages_that_moved_here_are_found_where_they_are(folder):
    book = run(folder)
    radio = Document.objects.get(handbook=book, path="guide/radio")
    move_document(SYSTEM, radio.pk, parent_id=given.home(book.pk).pk, after_id=None)
    given.readdress(SYSTEM, radio.pk, slug="wireless")
    (folder / "guide" / "radio.md").write_text("# Radio\n\nChanged.\n")
    run(folder)
    assert texts(book)["wireless"] == "Changed."
    assert "guide/radio" not in texts(book)


def test_an_export_imports_to_the_same_pages_with_their_ids(folder, tmp_path):
    book = run(folder)
    before = state()
    call_command("export_handbook", "station", str(tmp_path / "out"))
    run(tmp_path / "out")
    assert state() == before
    copy = run(tmp_path / "out", "copy")
    assert texts(copy) == texts(book)
    ids = set(Document.objects.filter(handbook=book).values_list("pk", flat=True))
    assert not ids & set(Document.objects.filter(handbook=copy).values_list("pk", flat=True))


def test_an_id_of_a_page_in_the_bin_is_not_taken_again(folder, tmp_path, capsys):
    book = run(folder)
    call_command("export_handbook", "station", str(tmp_path / "out"))
    radio = Document.objects.get(handbook=book, path="guide/radio")
    bin_document(SYSTEM, radio.pk)
    run(tmp_path / "out")
    again = Document.objects.get(handbook=book, path="guide/radio", binned_at=None)
    assert again.pk != radio.pk
    assert f"guide/radio.md:1: its id {radio.pk} belongs to another page" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("guide/broken.png", b"\x89PNG\r\n\x1a\n broken", "guide/broken.png"),
        ("guide/latin.md", "# Übung".encode("latin-1"), "guide/latin.md"),
        ("guide/head.md", b"---\ntitle: [\n---\n", "guide/head.md"),
        ("guide/RADIO.md", b"# Twice", "guide/RADIO.md"),
        ("guide/large.md", b"x" * 1_000_001, "guide/large.md"),
    ],
)
def test_a_refused_import_names_the_file_and_leaves_nothing(folder, name, data, said):
    book = run(folder)
    (folder / "guide" / "tides.md").write_text("# Tides\n\nChanged. ![x](broken.png)\n")
    (folder / name).write_bytes(data)
    before = state()
    for slug in ("station", "another"):
        with pytest.raises(CommandError, match=f"Nothing was imported. .*{said}"):
            run(folder, slug)
    assert state() == before
    assert list(Handbook.objects.values_list("pk", flat=True)) == [book.pk]


def plan(*pages):
    return ImportPlan(
        tuple(PlannedPage(path, path or "Home", text, 0, None, True, "x.md") for path, text in pages), (), ()
    )


def test_a_write_between_preparing_and_writing_is_never_lost():
    owner = given.person()
    book = given.handbook(owner)
    page = given.page(owner, given.home(book.pk), "Radio", "Mine.", publish=True)
    prepared = prepare(book.pk, plan(("radio", "Theirs.")), map, lambda *_: None)
    save_document(owner, page.pk, title="Radio", source="Newer.", base_revision_id=page.revision_id)
    before = state()
    with pytest.raises(ImportOutdatedError):
        import_pages(owner, book.pk, prepared)
    assert state() == before


def test_many_pages_are_told_in_one_small_event():
    owner = given.person()
    book = given.handbook(owner)
    pages = [(f"page-{n}", f"Text {n} [[page-{n + 1}]]") for n in range(120)]
    prepared = prepare(book.pk, plan(*pages), map, lambda *_: None)
    events = Event.objects.count()
    assert import_pages(owner, book.pk, prepared).created == 120
    assert Event.objects.count() == events + 1
    touched = {touch.entity: touch.count for touch in Event.objects.order_by("id").last().touched()}
    assert touched == {"body": 120, "document": 120, "link": 120, "revision": 120}


def test_export_refuses_a_folder_that_has_something(folder, tmp_path):
    run(folder)
    with pytest.raises(CommandError, match="not empty"):
        call_command("export_handbook", "station", str(folder))
    with pytest.raises(CommandError, match="no handbook “nope”"):
        call_command("export_handbook", "nope", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_seed_makes_so_many_pages_and_the_same_again():
    call_command("seed", documents=30, handbook="big", verbosity=0)
    book = Handbook.objects.get(slug="big")
    before = state()
    call_command("seed", documents=30, handbook="big", verbosity=0)
    assert state() == before
    assert Document.objects.filter(handbook=book).count() == 30
