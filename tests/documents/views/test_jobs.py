"""Import and export in the browser: what is refused, what is shown, who may see it, and that it ends once."""

from __future__ import annotations

import asyncio
import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.people import SYSTEM
from apps.documents.actions.care import change_care
from apps.documents.exporting.layout import lay_out
from apps.documents.jobs import exporting, folders, importing, running
from apps.documents.jobs.folders import export_path, folder_of, sent_folder, tidy
from apps.documents.jobs.rows import JobEndedError, add_job, claim, confirm, forget
from apps.documents.jobs.running import run_job
from apps.documents.models import Document, Job, Label, Media
from apps.documents.models.job import Kind, State
from apps.documents.views.allowance import allowance
from apps.events.models import Event
from apps.tenants.actions import change_role, remove_member
from tests.documents import sample
from tests.documents.pictures import picture

pytestmark = pytest.mark.django_db
QUERIES_MAX = 12
MAX_BYTES = 200_000


class StillHeart:
    """The thread of a heart would wait for the test's own transaction."""

    def __init__(self, _job_id) -> None: ...

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None: ...

    def step(self, _stage, _done, _total) -> None: ...


@pytest.fixture(autouse=True)
def jobs_root(tmp_path, settings, monkeypatch):
    settings.JOBS_ROOT, settings.MEDIA_ROOT = tmp_path / "jobs", tmp_path / "media"
    monkeypatch.setattr(running, "Heart", StillHeart)
    limits = type("conf", (), {"max_import_bytes": MAX_BYTES, "max_upload_bytes": MAX_BYTES})
    for module in ("uploading", "jobs", "allowance"):
        monkeypatch.setattr(f"apps.documents.views.{module}.conf", limits)
    return settings.JOBS_ROOT


@pytest.fixture(autouse=True)
def launched(monkeypatch):
    """Ids of jobs whose process would be started; a test runs them itself."""
    ids = []
    monkeypatch.setattr("apps.documents.views.jobs.launch", ids.append)
    return ids


@pytest.fixture
def anna():
    return sample.person("Anna")


@pytest.fixture
def book(anna):
    return sample.handbook(anna, is_public=False)


@pytest.fixture
def emil(book, anna):
    return sample.member(book, anna, "editor", "Emil")


@pytest.fixture
def editor(client, emil):
    client.force_login(emil)
    return client


def zipped(**files) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return data.getvalue()


DOCS = zipped(
    **{"docs/stove__md": "---\ntags: [Fire]\n---\n# Stove\n\nHot.\n", "docs/wood__md": "# Wood\n\nDry.\n"}
)


def send(client, book, *files, **values):
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(f"/{book.slug}/-/import/", {"dialect": "", "files": sent, **values})


def page_of(client, book, job_id, part=""):
    return client.get(f"/{book.slug}/-/jobs/{job_id}/{part}")


def titles(book):
    return sorted(Document.objects.filter(handbook=book, binned_at=None).values_list("title", flat=True))


def nothing_kept(root: Path) -> bool:
    return not root.exists() or not [path for path in root.rglob("*") if path.is_file()]


def asked(client, book, launched, *files, **values):
    """An import that was looked at and asks."""
    assert send(client, book, *(files or (("docs.zip", DOCS),)), **values).status_code == 303
    run_job(launched[-1])
    return Job.objects.get(pk=launched[-1])


def test_an_import_asks_first_and_is_written_once(editor, emil, book, launched, jobs_root):
    before = Event.objects.count()
    job = asked(editor, book, launched)
    assert (job.state, job.person_id, Event.objects.count()) == (State.ASKING, emil.pk, before)
    shown = page_of(editor, book, job.pk)
    assert (shown.status_code, shown["Cache-Control"]) == (200, "private, no-store")
    for words in ("Nothing is written yet.", f"/{book.slug}/stove/ · new", "Read as: Markdown."):
        assert words in shown.text
    assert 'data-ends="yes"' in page_of(editor, book, job.pk, "now/").text
    answer = editor.post(f"/{book.slug}/-/jobs/{job.pk}/write/")
    assert (answer.status_code, answer["Location"]) == (303, f"/{book.slug}/-/jobs/{job.pk}/")
    assert editor.post(f"/{book.slug}/-/jobs/{job.pk}/write/").status_code == 303
    assert launched == [job.pk, job.pk]
    assert "Beginning" in page_of(editor, book, job.pk).text
    run_job(job.pk)
    run_job(job.pk)
    assert titles(book) == [book.title, "Stove", "Wood"]
    assert list(Label.objects.values_list("name", flat=True)) == ["Fire"]
    event = Event.objects.filter(type="pages_imported").get()
    assert event.actor_id == emil.pk
    assert "Imported." in page_of(editor, book, job.pk).text
    assert nothing_kept(jobs_root)
    again = asked(editor, book, launched)
    assert (again.state, again.result) == (State.DONE, {"nothing": True})


def test_an_import_of_what_is_here_already_asks_nothing(editor, book, launched, jobs_root):
    job = asked(editor, book, launched)
    editor.post(f"/{book.slug}/-/jobs/{job.pk}/write/")
    run_job(job.pk)
    other = asked(editor, book, launched, ("wood.md", b"# Wood\n\nDry.\n"), ("fire.md", b"# Fire\n"))
    assert other.state == State.ASKING
    editor.post(f"/{book.slug}/-/jobs/{other.pk}/write/")
    run_job(other.pk)
    again = asked(editor, book, launched)
    assert (again.state, again.result["nothing"]) == (State.DONE, True)
    assert "There is nothing to do: all of it is here already." in page_of(editor, book, again.pk).text
    assert "asks whether to write it" not in editor.get(f"/{book.slug}/-/import/").text
    assert nothing_kept(jobs_root)


def test_files_beside_each_other_come_in_with_their_pictures(editor, book, launched):
    page = b"# Stove\n\n![It](stove.png)\n"
    job = asked(editor, book, launched, ("stove.md", page), ("stove.png", picture()))
    editor.post(f"/{book.slug}/-/jobs/{job.pk}/write/")
    run_job(job.pk)
    media = Media.objects.get(handbook=book)
    stove = Document.objects.select_related("revision").get(handbook=book, title="Stove")
    assert stove.revision.source == f"![It](/-/media/{media.digest}/stove.png)"


UNSAFE = zipped(**{"../a__md": "# A"})


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.zip", b"no zip", "a.zip: is not a zip file"),
        ("a.zip", zipped(a__txt="x"), "a.zip: there is no Markdown file in it"),
        ("a.zip", UNSAFE, "../a.md: "),
        ("a.md", b"\xff", "a.md: is not UTF-8"),
        ("a.txt", b"x", "files: there is no Markdown file in it"),
        ("a.md", b"---\ntitle: [\n---\n", "a.md: line "),
    ],
)
def test_what_cannot_be_imported_is_told_by_its_file(editor, book, launched, jobs_root, name, data, said):
    job = asked(editor, book, launched, (name, data))
    assert job.state == State.REFUSED
    assert job.message.startswith(said)
    shown = page_of(editor, book, job.pk).text
    assert "Nothing was imported" in shown
    assert titles(book) == [book.title]
    assert nothing_kept(jobs_root)


def test_a_zip_bomb_is_refused_before_it_is_whole(editor, book, launched):
    linked = zipped(a__md="# A\n\n[b](b.bin)\n", b__bin=b"\0" * 5_000_000)
    job = asked(editor, book, launched, ("a.zip", linked))
    assert job.state == State.REFUSED
    assert job.message.startswith("b.bin: unpacks from ")


@pytest.mark.parametrize(
    ("files", "values", "said"),
    [
        ([], {}, "Choose a zip file, or Markdown files, first."),
        ([("a.zip", DOCS), ("b.md", b"# B")], {}, "“a.zip” stands beside other files."),
        ([("a.md", b"# A"), ("a.md", b"# B")], {}, "“a.md” was chosen twice."),
        ([("a.md", b"# A")], {"dialect": "word"}, "“word” is no tool that Cairn knows: cairn, mkdocs,"),
        ([("é" * 130 + ".md", b"# A")], {}, "cannot be kept under this name."),
        ([("a.md", b"x" * (MAX_BYTES + 1))], {}, "What was chosen is larger than 0.2 MB"),
        ([("a.md", b"x" * (MAX_BYTES + 90_000))], {}, "What was chosen is larger than 0.2 MB"),
        ([(f"{n}.md", b"# A") for n in range(101)], {}, "More than 100 files were chosen."),
    ],
    ids=["none", "zip and more", "twins", "dialect", "name", "large", "larger", "many"],
)
def test_a_form_that_is_refused_says_why_and_keeps_nothing(
    editor, book, launched, jobs_root, files, values, said
):
    answer = send(editor, book, *files, **values)
    assert answer.status_code == 422
    assert said in answer.text
    assert (launched, Job.objects.count()) == ([], 0)
    assert nothing_kept(jobs_root)


def test_a_form_of_another_site_is_refused_and_keeps_nothing(emil, book, jobs_root):
    client = Client(enforce_csrf_checks=True)
    client.force_login(emil)
    assert send(client, book, ("docs.zip", DOCS)).status_code == 403
    assert client.post(f"/{book.slug}/-/export/").status_code == 403
    assert (Job.objects.count(), nothing_kept(jobs_root)) == (0, True)


@pytest.mark.parametrize(("who", "status"), [("reader", 403), ("stranger", 404), ("visitor", 404)])
def test_who_may_not_edit_may_neither_import_nor_export(
    client, anna, book, editor, launched, jobs_root, who, status
):
    editor.post(f"/{book.slug}/-/export/")
    job = Job.objects.get()
    run_job(job.pk)
    client = Client()
    if who != "visitor":
        person = sample.member(book, anna, "reader") if who == "reader" else sample.person()
        client.force_login(person)
    kept = sorted(jobs_root.rglob("*"))
    for address in (f"/{book.slug}/-/import/", f"/{book.slug}/-/export/"):
        assert client.get(address).status_code == status
    assert send(client, book, ("docs.zip", DOCS)).status_code == status
    assert client.post(f"/{book.slug}/-/export/").status_code == status
    assert page_of(client, book, job.pk, "export.zip").status_code == status
    assert client.post(f"/{book.slug}/-/jobs/{job.pk}/write/").status_code == status
    for part in ("", "now/"):
        assert page_of(client, book, job.pk, part).status_code == 404
    assert (Job.objects.count(), sorted(jobs_root.rglob("*"))) == (1, kept)


def test_a_job_is_its_persons_and_the_owners(editor, anna, book, launched):
    job = asked(editor, book, launched)
    colleague, owner = Client(), Client()
    colleague.force_login(sample.member(book, anna, "editor", "Carla"))
    owner.force_login(anna)
    for part in ("", "now/"):
        assert page_of(colleague, book, job.pk, part).status_code == 404
        assert page_of(editor, book, uuid4(), part).status_code == 404
        assert page_of(owner, book, job.pk, part).status_code == 200
    assert colleague.post(f"/{book.slug}/-/jobs/{job.pk}/write/").status_code == 404
    assert owner.post(f"/{book.slug}/-/jobs/{job.pk}/write/").status_code == 404  # not in Emil's name
    other = sample.handbook(anna)
    assert page_of(owner, other, job.pk).status_code == 404
    assert launched == [job.pk]


def test_who_loses_the_right_meanwhile_writes_and_fetches_nothing(editor, emil, anna, book, launched):
    editor.post(f"/{book.slug}/-/export/")
    export = Job.objects.get()
    run_job(export.pk)
    job = asked(editor, book, launched)
    editor.post(f"/{book.slug}/-/jobs/{job.pk}/write/")
    change_role(sample.actor(anna), book.pk, person_id=emil.pk, role="reader")
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, titles(book)) == (State.REFUSED, [book.title])
    assert "somebody has changed your role" in page_of(editor, book, job.pk).text
    assert page_of(editor, book, export.pk, "export.zip").status_code == 403
    remove_member(sample.actor(anna), book.pk, person_id=emil.pk)
    assert page_of(editor, book, export.pk, "export.zip").status_code == 404


def test_an_export_comes_back_as_it_was_and_is_the_same_file_each_time(editor, emil, anna, book, launched):
    stove = sample.page(book, anna, "Stove", "Hot. See [home](/).\n\n- one\n  \n- two")
    sample.page(book, anna, "Not ready", "A draft.", publish=False)
    none = {"owner_id": None, "review_on": None, "review_every_months": None}
    change_care(SYSTEM, stove.pk, tags=["Fire", "2024"], **none)
    files = []
    for _ in range(2):
        editor.post(f"/{book.slug}/-/export/")
        run_job(launched[-1])
        answer = page_of(editor, book, launched[-1], "export.zip")
        files.append(b"".join(answer) if answer.streaming else answer.content)
    assert files[0] == files[1]
    day = timezone.localdate().isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="{book.slug}-{day}.zip"'
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "private, no-store")
    assert "The zip file is ready." in page_of(editor, book, launched[-1]).text

    copy = sample.handbook(emil)
    job = asked(editor, copy, launched, ("x.zip", files[0]))
    editor.post(f"/{copy.slug}/-/jobs/{job.pk}/write/")
    run_job(job.pk)
    for row in Document.objects.filter(handbook=book).select_related("revision"):
        twin = Document.objects.select_related("revision").get(handbook=copy, path=row.path)
        assert (twin.title, twin.revision.source) == (row.title, row.revision.source)
        assert (twin.published_at is None) == (row.published_at is None)
    tags = Label.objects.filter(handbook=copy, document__path="stove")
    assert sorted(tags.values_list("name", flat=True)) == ["2024", "Fire"]


def test_one_at_work_in_a_handbook_and_few_for_a_person(editor, emil, book, launched):
    books = [sample.handbook(emil) for _ in range(3)]
    editor.post(f"/{book.slug}/-/export/")
    again = editor.post(f"/{book.slug}/-/export/")
    assert again.status_code == 422
    assert "An export of this handbook is running already." in again.text
    assert send(editor, book, ("docs.zip", DOCS)).status_code == 303
    refused = send(editor, book, ("docs.zip", DOCS))
    assert "An import into this handbook is running already." in refused.text
    assert editor.post(f"/{books[0].slug}/-/export/").status_code == 303
    many = editor.post(f"/{books[1].slug}/-/export/")
    assert (many.status_code, len(launched)) == (422, 3)
    assert "3 imports and exports of yours are running or ask whether to go on." in many.text


def test_a_new_import_takes_the_place_of_one_that_asks(
    editor, book, launched, django_capture_on_commit_callbacks
):
    first = asked(editor, book, launched)
    with django_capture_on_commit_callbacks(execute=True):
        second = asked(editor, book, launched, ("stove.md", b"# Stove"))
    assert list(Job.objects.values_list("pk", flat=True)) == [second.pk]
    assert not folder_of(first.pk).exists()
    assert page_of(editor, book, first.pk).status_code == 404


def test_an_import_that_is_refused_leaves_the_one_that_asks(editor, anna, book, launched):
    job = asked(editor, book, launched)
    add_job(uuid4(), book.pk, anna.pk, Kind.IMPORT, {})
    assert send(editor, book, ("stove.md", b"# Stove")).status_code == 422
    assert page_of(editor, book, job.pk).status_code == 200
    assert list(sent_folder(job.pk).iterdir())


def test_a_question_that_is_confirmed_as_it_goes_keeps_its_files(editor, book, launched, monkeypatch):
    job = asked(editor, book, launched)

    def confirmed(job_id):
        assert confirm(job_id)
        return forget(job_id)

    monkeypatch.setattr(folders, "forget", confirmed)
    Job.objects.update(created_at=timezone.now() - timedelta(hours=25))
    tidy()
    run_job(job.pk)
    assert titles(book) == [book.title, "Stove", "Wood"]


def test_of_ended_jobs_the_last_of_a_kind_is_kept(
    editor, anna, book, launched, jobs_root, django_capture_on_commit_callbacks
):
    job = asked(editor, book, launched)
    owner = Client()
    owner.force_login(anna)
    for client in (owner, editor, editor):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(f"/{book.slug}/-/export/").status_code == 303
        run_job(launched[-1])
    first, second, last = launched[1:]
    assert set(Job.objects.values_list("pk", flat=True)) == {job.pk, first, last}
    assert set(jobs_root.iterdir()) == {folder_of(each) for each in (job.pk, first, last)}
    assert page_of(editor, book, second).status_code == 404


def test_few_imports_of_a_person_ask_at_once(editor, emil, book, launched):
    books = [sample.handbook(emil) for _ in range(3)]
    for each in books:
        asked(editor, each, launched)
    many = send(editor, book, ("docs.zip", DOCS))
    assert (many.status_code, len(launched)) == (422, 3)
    assert "3 imports and exports of yours are running or ask whether to go on." in many.text
    assert send(editor, books[0], ("docs.zip", DOCS)).status_code == 303  # in place of the one there


def test_jobs_are_found_again_by_their_person_alone(editor, emil, anna, book, launched):
    other = sample.handbook(emil, title="Harbour")
    job = asked(editor, other, launched)
    editor.post(f"/{book.slug}/-/export/")
    export = launched[-1]
    for address in (f"/{book.slug}/-/import/", f"/{book.slug}/-/export/"):
        text = editor.get(address).text
        found = [
            text.index(f'href="/{each.slug}/-/jobs/{id}/"') for each, id in ((book, export), (other, job.pk))
        ]
        assert found == sorted(found)
        assert "asks whether to write it · Harbour" in text
        assert "at work · " in text
    owner = Client()
    owner.force_login(anna)
    assert "/-/jobs/" not in owner.get(f"/{book.slug}/-/export/").text
    remove_member(sample.actor(anna), book.pk, person_id=emil.pk)
    assert f"/-/jobs/{export}/" not in editor.get(f"/{other.slug}/-/export/").text


def test_a_refusal_leads_to_the_job_that_is_in_the_way(editor, anna, book, launched):
    editor.post(f"/{book.slug}/-/export/")
    send(editor, book, ("docs.zip", DOCS))
    for answer in (editor.post(f"/{book.slug}/-/export/"), send(editor, book, ("docs.zip", DOCS))):
        assert answer.status_code == 422
        assert '<a href="#jobs">An ' in answer.text
        assert 'id="jobs"' in answer.text
        assert "aria-invalid" not in answer.text
    owner = Client()
    owner.force_login(anna)
    assert "#jobs" not in send(owner, book, ("docs.zip", DOCS)).text


def test_an_import_that_asks_is_declined(
    editor, book, launched, jobs_root, django_capture_on_commit_callbacks
):
    job = asked(editor, book, launched)
    assert "Throw these files away" in page_of(editor, book, job.pk).text
    with django_capture_on_commit_callbacks(execute=True):
        answer = editor.post(f"/{book.slug}/-/jobs/{job.pk}/discard/")
    assert (answer.status_code, answer["Location"]) == (303, f"/{book.slug}/-/import/")
    assert not Job.objects.exists()
    assert nothing_kept(jobs_root)
    assert editor.post(f"/{book.slug}/-/jobs/{job.pk}/discard/").status_code == 404


def test_what_is_at_work_is_not_declined(editor, anna, book, launched):
    job = asked(editor, book, launched)
    owner = Client()
    owner.force_login(anna)
    assert owner.post(f"/{book.slug}/-/jobs/{job.pk}/discard/").status_code == 404
    editor.post(f"/{book.slug}/-/jobs/{job.pk}/write/")
    assert editor.post(f"/{book.slug}/-/jobs/{job.pk}/discard/").status_code == 303
    run_job(job.pk)
    assert titles(book) == [book.title, "Stove", "Wood"]


def test_what_was_called_interrupted_leaves_no_file(editor, book, launched, jobs_root, monkeypatch):
    def late(*given):
        Job.objects.update(state=State.INTERRUPTED)
        return lay_out(*given)

    monkeypatch.setattr(exporting, "lay_out", late)
    editor.post(f"/{book.slug}/-/export/")
    run_job(launched[-1])
    assert nothing_kept(jobs_root)


def test_a_job_whose_process_died_is_told_and_never_written(editor, book, launched):
    job = asked(editor, book, launched)
    editor.post(f"/{book.slug}/-/jobs/{job.pk}/write/")
    job = claim(job.pk)

    def progress(stage, done, _total):
        if (stage, done) == ("write", 0):  # it was still for long
            Job.objects.filter(pk=job.pk).update(seen_at=timezone.now() - timedelta(seconds=16))
            assert "The work was interrupted" in page_of(editor, book, job.pk).text

    with pytest.raises(JobEndedError):
        importing.write(sample.actor(_person(job)), job, progress)
    assert Job.objects.get(pk=job.pk).state == State.INTERRUPTED
    assert titles(book) == [book.title]


def test_a_job_that_never_began_makes_room(editor, book, launched):
    editor.post(f"/{book.slug}/-/export/")
    Job.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert editor.post(f"/{book.slug}/-/export/").status_code == 303
    assert list(Job.objects.values_list("state", flat=True)) == [State.WAITING]


def test_what_nobody_foresaw_is_told_as_that(editor, book, launched, monkeypatch):
    monkeypatch.setattr(exporting, "lay_out", lambda *_: 1 / 0)
    editor.post(f"/{book.slug}/-/export/")
    run_job(launched[-1])
    assert "Something went wrong that nobody foresaw." in page_of(editor, book, launched[-1]).text
    assert page_of(editor, book, launched[-1], "export.zip").status_code == 404


def test_after_a_day_jobs_and_files_go(
    editor, emil, book, launched, jobs_root, django_capture_on_commit_callbacks
):
    editor.post(f"/{book.slug}/-/export/")
    old = launched[-1]
    run_job(old)
    Job.objects.update(created_at=timezone.now() - timedelta(hours=25))
    working = add_job(uuid4(), book.pk, emil.pk, Kind.IMPORT, {})
    broken_off, under_way = jobs_root / str(uuid4()), jobs_root / str(uuid4())
    for folder in (sent_folder(working.pk), broken_off, under_way):
        folder.mkdir(parents=True)
    for folder in (broken_off, folder_of(working.pk)):
        os.utime(folder, (0, 0))
    with django_capture_on_commit_callbacks(execute=True):
        tidy()
    assert list(Job.objects.values_list("pk", flat=True)) == [working.pk]
    assert set(jobs_root.iterdir()) == {folder_of(working.pk), under_way}
    assert not export_path(old).exists()


def test_pages_of_jobs_ask_little(editor, book, launched):
    job = asked(editor, book, launched)
    for address in ("import/", "export/", f"jobs/{job.pk}/", f"jobs/{job.pk}/now/"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert editor.get(f"/{book.slug}/-/{address}").status_code == 200
        assert len(queries) <= QUERIES_MAX


def _person(job):
    return User.objects.get(pk=job.person_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("role", "most"), [("editor", MAX_BYTES), ("reader", 0), ("", 0)])
def test_only_who_may_import_may_send_much(anna, book, role, most):
    client = Client()
    if role:
        client.force_login(sample.member(book, anna, role))
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers = [(b"cookie", cookie.encode())]
    scope = {"method": "POST", "scheme": "http", "query_string": b"", "headers": headers}
    scope["path"] = f"/{book.slug}/-/import/"
    given = asyncio.run(allowance(scope))
    assert max(0, given - 64 * 1024) == most
    assert asyncio.run(allowance({**scope, "path": f"/{book.slug}/-/export/"})) == 0
    assert asyncio.run(allowance({**scope, "method": "GET"})) == 0
