"""The ways in which what pages show is written, and a public handbook to write to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.accounts.people import Actor
from apps.documents.actions.binning import bin_document
from apps.documents.actions.care import change_care
from apps.documents.actions.places import move_document
from apps.documents.actions.publishing import publish_document, unpublish_document
from apps.documents.actions.revisions import restore_revision
from apps.documents.actions.run_terms import assign_run
from apps.documents.actions.runs import start_run
from apps.documents.actions.saving import save_document
from apps.documents.media import digest_of
from apps.documents.models import Document
from apps.events.guard import opened
from apps.events.streams import handbook_stream
from apps.events.touches import Touch
from apps.events.unit import record
from apps.tenants.actions import change_handbook, close_handbook
from apps.tenants.models import Handbook
from tests import given
from tests.documents.pictures import picture

SLUG: Final = "hut"
RADIO, STOVE, BELOW = f"/{SLUG}/radio/", f"/{SLUG}/stove/", f"/{SLUG}/radio/below/"
TAGS, RUN_ID = f"/{SLUG}/-/tags/", UUID(int=7)
PARTS: Final = "First part.\n\nSecond part.\n\nThird part."


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
        return signed_in(self.owner.id)

    def revision(self) -> UUID:
        found = Document.objects.get(pk=self.radio.pk).revision_id
        assert found is not None
        return found


def signed_in(person_id: UUID | None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person_id))
    return client


@dataclass(frozen=True)
class Way:
    """`path` is then of `status`, shows `shows`, and no more what `hides`; `untouched` is still a hit.
    `by_owner`: visitors may not see it."""

    name: str
    write: Callable[[Hut], object]
    path: str
    shows: str = ""
    hides: str = ""
    untouched: str = "/elsewhere/"
    before: Callable[[Hut], object] = lambda _hut: None
    status: int = 200
    by_owner: bool = False


def form(hut: Hut, source: str = "By form.", base: UUID | None = None, *, status: int = 302) -> str:
    values = {"title": "Radio", "source": source, "message": "", "base_revision": str(base or hut.revision())}
    answer = hut.browser.post(f"/{SLUG}/-/edit/{hut.radio.pk}/", values)
    assert answer.status_code == status
    return answer.content.decode()


def new_text(hut: Hut, source: str = "New text.") -> None:
    save_document(hut.owner, hut.radio.pk, title="Radio", source=source, base_revision_id=hut.revision())


def shows_a_picture(hut: Hut) -> None:
    new_text(hut, f"![it](/-/media/{digest_of(picture(40, 30))}/it.png)")


def sends_json(hut: Hut) -> None:
    """A file is all that this site is sent for an answer in JSON; the picture was in the text before."""
    file = SimpleUploadedFile("it.png", picture(40, 30), "image/png")
    answer = hut.browser.post(f"/{SLUG}/-/media/", {"file": file}, headers={"accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"


def has_been_saved_meanwhile(hut: Hut) -> None:
    new_text(hut, PARTS)
    hut.notes["base"] = hut.revision()
    form(hut, PARTS.replace("First part", "First of Anna"))


def edits_another_part(hut: Hut) -> None:
    form(hut, PARTS.replace("Third part", "Third of Ben"), hut.notes["base"])


def edits_the_same_part(hut: Hut) -> None:
    mine = PARTS.replace("First part", "First of Ben")
    hut.notes["conflict"] = form(hut, mine, hut.notes["base"], status=409)


def is_in_conflict(hut: Hut) -> None:
    has_been_saved_meanwhile(hut)
    edits_the_same_part(hut)


def resolves(hut: Hut) -> None:
    names = ("title", "message", "mine", "base_revision", "theirs_revision", "operation_id")
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', hut.notes["conflict"]) for name in names}
    values = {name: match[1] for name, match in found.items() if match}
    assert [*values] == [*names]
    answer = hut.browser.post(f"/{SLUG}/-/edit/{hut.radio.pk}/resolve/", {**values, "part-0-choice": "both"})
    assert answer.status_code == 302


def brings(hut: Hut, brought: str = "First words.") -> None:
    folder = hut.folder / "pages"
    folder.mkdir(exist_ok=True)
    (folder / "index.md").write_text("# Hut\n")
    (folder / "brought.md").write_text(f"# Brought\n\n{brought}\n")
    call_command("import_handbook", str(folder), f"--handbook={SLUG}")


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


def tagged(hut: Hut, *tags: str) -> None:
    values: dict[str, Any] = {"owner_id": None, "review_on": None, "review_every_months": None}
    change_care(hut.owner, hut.radio.pk, tags=tags, **values)


def is_run(hut: Hut) -> None:
    new_text(hut, "- [ ] Switch it on")
    start_run(hut.owner, hut.radio.pk, run_id=RUN_ID)
    hut.notes["reader"] = given.member(hut.owner, hut.book, "reader").id


def closed_long_ago(hut: Hut) -> None:
    close_handbook(hut.owner, hut.book, title="Mountain hut")
    with opened():
        Handbook.objects.filter(pk=hut.book).update(ends_at=timezone.now() - timedelta(days=1))


def by_staff(hut: Hut) -> None:
    """With no place in the handbook, through its own form: the admin is a window."""
    staff = create_person(email="staff@example.org", name="Staff", password=None, staff=True)
    values = {"title": "By staff", "slug": SLUG, "visibility": "public", "language": "en"}
    answer = signed_in(staff.pk).post(f"/{SLUG}/-/settings/", {**values, "color": "lake", "icon": "cairn"})
    assert answer.status_code == 302


def raw_statement(hut: Hut) -> None:
    key = hut.radio.pk.hex if connection.vendor == "sqlite" else hut.radio.pk
    keys = {"path": "radio", "slug": "radio", "parent_id": str(hut.home.pk)}
    pairs = {name: (value, value) for name, value in keys.items()}
    touch = Touch("document", "~", ("title",), str(hut.radio.pk), pairs)
    with record("x_raw", handbook_stream(hut.book), actor_id=None) as change:
        change.execute("UPDATE documents_document SET title = 'Raw' WHERE id = %s", [key], [touch])


def is_renamed(hut: Hut, **values: str) -> None:
    change_handbook(hut.owner, hut.book, **values)


WAYS: Final = (
    Way("form", form, RADIO, "By form.", "Old text.", STOVE),
    Way("JSON", sends_json, RADIO, 'width="40"', untouched=STOVE, before=shows_a_picture),
    Way(
        "edits that are merged", edits_another_part, RADIO, "Third of Ben.", "Third part.", STOVE,
        before=has_been_saved_meanwhile,
    ),
    Way("editor conflict", resolves, RADIO, "First of Ben.", untouched=STOVE, before=is_in_conflict),
    Way(
        "move of a subtree",
        lambda hut: move_document(hut.owner, hut.radio.pk, parent_id=hut.stove.pk, after_id=None),
        f"/{SLUG}/stove/radio/below/", "Below",
    ),
    Way(
        "restore of a revision", lambda hut: restore_revision(hut.owner, hut.radio.pk, number=1), RADIO,
        "Old text.", "New text.", STOVE, before=new_text,
    ),
    Way("bin", lambda hut: bin_document(hut.owner, hut.radio.pk), STOVE, "Stove", ">Radio<"),
    Way(
        "publish", lambda hut: publish_document(hut.owner, hut.notes["draft"].pk), RADIO, "Draft",
        before=lambda hut: hut.notes.update(draft=given.page(hut.owner, hut.radio, "Draft")),
    ),
    Way("unpublish", lambda hut: unpublish_document(hut.owner, hut.radio.pk), STOVE, "Stove", ">Radio<"),
    Way("import", brings, f"/{SLUG}/brought/", "First words."),
    Way(
        "re-import", lambda hut: brings(hut, "Other words."), f"/{SLUG}/brought/",
        "Other words.", "First words.", STOVE, before=brings,
    ),
    Way("bulk create", many_at_once, RADIO, "One of 19"),
    Way(
        "m2m: labels", lambda hut: tagged(hut, "Weather"), TAGS, ">Weather <", ">Talking <", STOVE,
        before=lambda hut: tagged(hut, "Talking"),
    ),
    Way(
        "m2m: assignees", lambda hut: assign_run(hut.owner, RUN_ID, person_id=hut.notes["reader"]),
        f"/{SLUG}/-/runs/{RUN_ID}/", "asked Reader to see to it", untouched=RADIO, before=is_run,
        by_owner=True,
    ),
    Way(
        "cascade", lambda _hut: call_command("purge_handbooks"), RADIO, hides="Old text.", status=404,
        before=closed_long_ago, by_owner=True,
    ),
    Way("admin", by_staff, RADIO, "By staff", "Mountain hut"),
    Way("raw SQL in a unit", raw_statement, RADIO, ">Raw<", ">Radio<"),
    Way("handbook rename", lambda hut: is_renamed(hut, title="Our hut"), RADIO, "Our hut", "Mountain hut"),
    Way("its new address", lambda hut: is_renamed(hut, slug="cabin"), "/cabin/radio/", "Old text."),
    Way("its old address", lambda hut: is_renamed(hut, slug="cabin"), RADIO, "", "Old text.", status=404),
)  # fmt: skip
