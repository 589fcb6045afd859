"""Twenty ways to write: after each, the next read of what it changed is fresh, and what it did not touch
is still served from memory. What is refused drops nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db.models import ProtectedError

from apps.accounts.actions import create_person
from apps.accounts.models import User
from apps.documents.models import Document
from apps.events.guard import UnrecordedWriteError
from apps.tenants.actions import change_handbook, remove_member
from tests import given
from tests.integration.two_workers import Workers
from tests.integration.ways import (
    RADIO,
    SLUG,
    STOVE,
    WAYS,
    Hut,
    Way,
    edits_the_same_part,
    has_been_saved_meanwhile,
    signed_in,
)
from tests.rendering.asking import Asker, session_of
from tests.rendering.conftest import ask
from tests.services.sites import Sites

__all__ = ["ask"]


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
def test_what_was_written_is_read_next(ask: Asker, hut: Hut, way: Way) -> None:
    way.before(hut)
    cookies = session_of(hut.owner) if way.by_owner else None
    ask.get(way.path, cookies=cookies)
    ask.settle()
    before = ask.get(way.path, cookies=cookies)
    assert ask.warm(way.untouched).status == 200
    way.write(hut)
    after = ask.get(way.path, cookies=cookies)
    assert after.status == way.status
    assert way.shows in after.text
    assert way.shows not in before.text or way.hides in before.text
    assert not way.hides or way.hides not in after.text
    assert ask.get(way.untouched).said == "hit"


def past_the_log(write: Callable[[Hut], object]) -> Callable[[Hut], None]:
    def try_it(hut: Hut) -> None:
        with pytest.raises((UnrecordedWriteError, ProtectedError)):
            write(hut)

    return try_it


def by_the_admin(hut: Hut) -> None:
    staff = create_person(email="staff@example.org", name="Staff", password=None, staff=True)
    page = f"/-/staff/tenants/handbook/{hut.book}/change/"
    assert signed_in(staff.pk).post(page, {"title": "By admin"}).status_code == 403


WRITE_NOTHING: Final[dict[str, Callable[[Hut], object]]] = {
    "editor conflict": edits_the_same_part,
    "export": lambda hut: call_command("export_handbook", SLUG, str(hut.folder / "out")),
    "m2m": past_the_log(
        lambda hut: User.groups.through.objects.create(user_id=hut.owner.id, group=Group(pk=1))
    ),
    "cascade": past_the_log(lambda hut: Document.objects.filter(pk=hut.radio.pk).delete()),
    "admin": by_the_admin,
}


@pytest.mark.django_db(transaction=True)
def test_what_writes_nothing_drops_nothing(ask: Asker, hut: Hut) -> None:
    has_been_saved_meanwhile(hut)
    kept = {path: ask.warm(path).text for path in (RADIO, STOVE, f"/{SLUG}/")}
    for name, attempt in WRITE_NOTHING.items():
        attempt(hut)
        for path, text in kept.items():
            reply = ask.get(path)
            assert (name, reply.said, reply.text) == (name, "hit", text)


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
def workers(new_site: Sites, over_redis: dict[str, str]) -> Any:
    with Workers(new_site(**over_redis)) as running:
        yield running


@pytest.mark.parametrize("way", ["command in another process", "second worker"])
def test_what_others_write_is_read_next(workers: Workers, way: str) -> None:
    for path in ("/hut/radio/", "/hut/stove/"):
        workers.warm(path)
    text = f"Written by a {way}."
    assert text not in workers.get("/hut/radio/").text
    if way == "second worker":
        workers.save_by_form(text)
    else:
        workers.save_by_command(text)
    assert text in workers.read_when_heard("/hut/radio/", text).text
    assert workers.get("/hut/stove/").said == "hit"
