"""Twenty ways to write: after each, the next read of what it changed is fresh, and what it did not touch
is still served from memory. What is refused drops nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.documents.actions.binning import bin_document
from apps.documents.actions.imports import import_pages
from apps.documents.actions.places import move_document
from apps.documents.actions.publishing import publish_document, unpublish_document
from apps.documents.actions.revisions import restore_revision
from apps.documents.actions.saving import save_document
from apps.documents.media import digest_of
from apps.documents.models import Document
from apps.events.guard import UnrecordedWriteError
from apps.events.streams import handbook_stream
from apps.events.touches import Touch
from apps.events.unit import record
from apps.tenants.actions import change_handbook, remove_member
from apps.tenants.models import Handbook
from tests import given
from tests.contract.scenarios import prepared
from tests.documents.pictures import picture
from tests.integration.two_workers import Workers
from tests.rendering.asking import Asker, session_of
from tests.rendering.conftest import ask
from tests.services.sites import Sites

__all__ = ["ask"]

SLUG: Final = "hut"
FOLDER: Final[dict[str, str | bytes]] = {"index.md": "# Hut\n", "brought.md": "# Brought\n\nFirst words.\n"}


@dataclass
class Hut:
    """A public handbook with three pages, and another one that nobody writes to."""

    owner: Actor
    book: UUID
    folder: Path
    home: Document
    radio: Document
    below: Document
    stove: Document
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def browser(self) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=self.owner.id))
        return client

    def revision(self) -> UUID:
        found = Document.objects.get(pk=self.radio.pk).revision_id
        assert found is not None
        return found


@dataclass(frozen=True)
class Way:
    """`path` then shows `shows`, and no more what `hides`; `untouched` is still a hit."""

    name: str
    write: Callable[[Hut], object]
    path: str
    shows: str = ""
    hides: str = ""
    untouched: str = "/elsewhere/"
    before: Callable[[Hut], object] = lambda _hut: None


def form(hut: Hut, source: str = "By form.", base: UUID | None = None) -> None:
    answer = hut.browser.post(
        f"/{SLUG}/-/edit/{hut.radio.pk}/",
        {
            "title": "Radio",
            "source": source,
            "message": "",
            "base_revision": str(base or hut.revision()),
        },
    )
    assert answer.status_code == 302


def shows_a_picture(hut: Hut) -> None:
    digest = digest_of(picture(40, 30))
    source = f"![it](/-/media/{digest}/it.png)"
    save_document(hut.owner, hut.radio.pk, title="Radio", source=source, base_revision_id=hut.revision())


def sends_json(hut: Hut) -> None:
    file = SimpleUploadedFile("it.png", picture(40, 30), "image/png")
    answer = hut.browser.post(f"/{SLUG}/-/media/", {"file": file}, headers={"accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"


def remembers_a_base(hut: Hut) -> None:
    parts = "First part.\n\nSecond part.\n\nThird part."
    save_document(hut.owner, hut.radio.pk, title="Radio", source=parts, base_revision_id=hut.revision())
    hut.notes["base"] = hut.revision()
    form(hut, "First of Anna.\n\nSecond part.\n\nThird part.")


def edits_what_another_has_edited(hut: Hut) -> None:
    form(hut, "First part.\n\nSecond part.\n\nThird of Ben.", hut.notes["base"])


def brings(hut: Hut, **changed: str) -> None:
    import_pages(hut.owner, hut.book, prepared(hut.book, {**FOLDER, **changed}))


def many_at_once(hut: Hut) -> None:
    now = timezone.now()
    rows = [
        Document(
            handbook_id=hut.book, parent=hut.radio, slug=f"of-{number}", path=f"radio/of-{number}",
            title=f"One of {number}", position=number, published_at=now, created_at=now, updated_at=now,
        )
        for number in range(20)
    ]  # fmt: skip
    with record("x_brought", handbook_stream(hut.book), actor_id=None) as change:
        change.insert_many(rows)


def to_many(hut: Hut) -> None:
    with pytest.raises(UnrecordedWriteError):
        User.objects.get(pk=hut.owner.id).groups.through.objects.create(
            user_id=hut.owner.id, group=Group(pk=1)
        )


def cascades(hut: Hut) -> None:
    with pytest.raises((UnrecordedWriteError, ProtectedError)):
        Document.objects.filter(pk=hut.radio.pk).delete()


def by_admin(_hut: Hut) -> None:
    staff = create_person(email="staff@example.org", name="Staff", password=None, staff=True)
    client = Client()
    client.force_login(staff)
    book = Handbook.objects.get(slug=SLUG)
    answer = client.post(f"/-/staff/tenants/handbook/{book.pk}/change/", {"title": "By admin"})
    assert answer.status_code == 403


def raw_statement(hut: Hut) -> None:
    key = hut.radio.pk.hex if connection.vendor == "sqlite" else hut.radio.pk
    keys = {"path": "radio", "slug": "radio", "parent_id": str(hut.home.pk)}
    pairs = {name: (value, value) for name, value in keys.items()}
    touch = Touch("document", "~", ("title",), str(hut.radio.pk), pairs)
    with record("x_raw", handbook_stream(hut.book), actor_id=None) as change:
        change.execute("UPDATE documents_document SET title = 'Raw' WHERE id = %s", [key], [touch])


def new_text(hut: Hut, source: str = "New text.") -> None:
    save_document(hut.owner, hut.radio.pk, title="Radio", source=source, base_revision_id=hut.revision())


RADIO, STOVE, BELOW = f"/{SLUG}/radio/", f"/{SLUG}/stove/", f"/{SLUG}/radio/below/"
WAYS: Final = (
    Way("form", form, RADIO, "By form.", "Old text.", untouched=STOVE),
    Way("JSON", sends_json, RADIO, 'width="40"', untouched=STOVE, before=shows_a_picture),
    Way(
        "editor conflict", edits_what_another_has_edited, RADIO, "Third of Ben.", "Third part.",
        untouched=STOVE, before=remembers_a_base,
    ),
    Way(
        "move of a subtree",
        lambda hut: move_document(hut.owner, hut.radio.pk, parent_id=hut.stove.pk, after_id=None),
        f"/{SLUG}/stove/radio/below/", "Below",
    ),
    Way(
        "restore of a revision", lambda hut: restore_revision(hut.owner, hut.radio.pk, number=1), RADIO,
        "Old text.", "New text.", untouched=STOVE, before=new_text,
    ),
    Way("bin", lambda hut: bin_document(hut.owner, hut.radio.pk), STOVE, "Stove", ">Radio<"),
    Way(
        "publish", lambda hut: publish_document(hut.owner, hut.notes["draft"].pk), RADIO, "Draft",
        before=lambda hut: hut.notes.update(draft=given.page(hut.owner, hut.radio, "Draft")),
    ),
    Way("unpublish", lambda hut: unpublish_document(hut.owner, hut.radio.pk), STOVE, "Stove", ">Radio<"),
    Way("import", brings, f"/{SLUG}/brought/", "First words."),
    Way(
        "re-import", lambda hut: brings(hut, **{"brought.md": "# Brought\n\nOther words.\n"}),
        f"/{SLUG}/brought/", "Other words.", "First words.", untouched=STOVE, before=brings,
    ),
    Way("export", lambda hut: call_command("export_handbook", SLUG, str(hut.folder / "out")), RADIO),
    Way("bulk create", many_at_once, RADIO, "One of 19"),
    Way("m2m", to_many, RADIO),
    Way("cascade", cascades, RADIO),
    Way("admin", by_admin, RADIO),
    Way("raw SQL in a unit", raw_statement, RADIO, ">Raw<", ">Radio<"),
    Way(
        "handbook rename", lambda hut: change_handbook(hut.owner, hut.book, title="The new hut"), RADIO,
        "The new hut", "Mountain hut",
    ),
)  # fmt: skip
DROPS_NOTHING: Final = ("export", "m2m", "cascade", "admin")


@pytest.fixture
def hut(ask: Asker, tmp_path: Path, settings: Any) -> Hut:
    settings.MEDIA_ROOT = tmp_path / "media"
    owner = given.person(name="Olga")
    book = given.handbook(owner, SLUG, is_public=True)
    change_handbook(owner, book.pk, title="Mountain hut")
    given.handbook(owner, "elsewhere", is_public=True)
    home = given.home(book.pk)
    radio, stove = (given.page(owner, home, title, "Old text.", publish=True) for title in ("Radio", "Stove"))
    below = given.page(owner, radio, "Below", publish=True)
    return Hut(owner, book.pk, tmp_path, home, radio, below, stove)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_what_was_written_is_read_next(ask: Asker, hut: Hut, way: Way, capsys: Any) -> None:
    way.before(hut)
    for target in (way.path, way.untouched):
        ask.get(target)
        ask.settle()
    before = ask.get(way.path)
    assert ask.warm(way.untouched).status == 200
    way.write(hut)
    after, untouched = ask.get(way.path), ask.get(way.untouched)
    if way.name in DROPS_NOTHING:
        assert (before.said, after.said, after.text) == ("hit", "hit", before.text)
    else:
        assert after.status == 200
        assert way.shows in after.text
        assert way.shows not in before.text or way.hides in before.text
        assert not way.hides or way.hides not in after.text
    assert untouched.said == "hit"


@pytest.mark.django_db(transaction=True)
def test_member_change(ask: Asker, hut: Hut) -> None:
    """Somebody who is no member any more is given nothing; the others' page is still there."""
    change_handbook(hut.owner, hut.book, is_public=False)
    reader = given.member(hut.owner, hut.book, "reader")
    cookies, others = session_of(reader), session_of(hut.owner)
    assert ask.warm(RADIO, cookies=others).status == 200
    assert ask.warm(RADIO, cookies=cookies).status == 200
    remove_member(hut.owner, hut.book, reader.id)  # type: ignore[arg-type]
    refused = ask.get(RADIO, cookies=cookies)
    assert (refused.status, "Old text." in refused.text) == (404, False)
    ask.get(RADIO, cookies=others)
    assert ask.get(RADIO, cookies=others).said == "hit"


@pytest.fixture(scope="module")
def workers(new_site: Sites) -> Any:
    with Workers(new_site()) as running:
        yield running


@pytest.mark.parametrize("way", ["command in another process", "second worker"])
def test_what_others_write_is_read_next(workers: Workers, way: str) -> None:
    for path in ("/hut/radio/", "/hut/stove/"):
        workers.warm(path)
    text = f"Written by a {way}."
    if way == "second worker":
        workers.save_by_form("/hut/radio/", text)
    else:
        workers.save_by_command(text)
    page = workers.read_when_heard("/hut/radio/")
    assert text in page.text
    assert workers.get("/hut/stove/").said == "hit"
