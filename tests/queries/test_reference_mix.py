"""How much is dropped on the reference mix: field by field, against whole tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from apps.caching.marks import State
from apps.documents.actions.binning import bin_document
from apps.documents.actions.media import add_media
from apps.documents.actions.places import move_document, rename_document
from apps.documents.actions.publishing import publish_document, unpublish_document
from apps.documents.actions.saving import save_document
from apps.documents.media import checked_upload
from apps.documents.models import Document
from apps.documents.views import reading
from apps.events.models import Event
from apps.rendering.books import book_of
from tests import given
from tests.queries.keeping import Kept

MIX: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "reference_mix.json").read_text())
MOST: Final = 0.10


class Day:
    """A handbook as the mix says, its reads and its writes."""

    def __init__(self) -> None:
        self.owner = given.person(name="Olga")
        self.book = given.handbook(self.owner, is_public=True)
        self.home = given.home(self.book.pk)
        self.pages: list[Document] = []
        self.drafts: list[Document] = []
        self.done = 0
        for top in range(MIX["pages"]["top"]):
            parent = self.page(self.home, f"Top {top}", f"About the valve. See [[page-{top}-1]].")
            for below in range(MIX["pages"]["below_each"]):
                self.page(parent, f"Page {top} {below}", f"The stove, see [[top-{(top + 1) % 6}]].")

    def page(self, parent: Document, title: str, source: str) -> Document:
        made = given.page(self.owner, parent, title, source, publish=True)
        self.pages.append(made)
        return made

    def next(self) -> Document:
        self.done += 1
        return Document.objects.get(pk=self.pages[self.done * 7 % len(self.pages)].pk)

    def reads(self) -> Iterator[Callable[[], Any]]:
        for document in (self.home, *self.pages):
            path = Document.objects.get(pk=document.pk).path
            yield self.made(reading.document, path=f"{path}/" if path else "")
            yield self.made(reading.branch, document_id=document.pk)
            yield self.made(reading.tree, document_id=document.pk)
        for words in MIX["searches"]:
            yield self.made(reading.search, q=words)
        yield self.made(reading.changes)

    def made(self, page: Any, **arguments: Any) -> Callable[[], Any]:
        def make() -> Any:
            book = book_of(self.book.pk)
            assert book is not None
            return page.render(book, arguments, {})

        return make

    def write(self, name: str) -> None:
        page, owner = self.next(), self.owner
        save = partial(save_document, owner, page.pk, base_revision_id=page.revision_id)
        match name:
            case "save":
                save(title=page.title, source=f"Other words, {self.done}.")
            case "save_with_link":
                save(title=page.title, source=f"Words {self.done}, see [[top-2]].")
            case "retitle":
                save(title=f"{page.title} again", source="Words.")
            case "create_draft":
                self.drafts.append(given.page(owner, page, f"Draft {self.done}", "Soon."))
            case "publish":
                publish_document(owner, self.drafts.pop().pk)
            case "unpublish":
                unpublish_document(owner, self.last_leaf().pk)
            case "move":
                move_document(owner, self.last_leaf().pk, parent_id=self.home.pk, after_id=None)
            case "rename":
                rename_document(owner, self.last_leaf().pk, slug=f"renamed-{self.done}")
            case "add_media":
                add_media(owner, self.book.pk, checked_upload("notes.txt", f"{self.done}".encode()))
            case "add_member":
                given.member(owner, self.book.pk, "reader")
            case "bin":
                bin_document(owner, self.last_leaf().pk)

    def last_leaf(self) -> Document:
        return Document.objects.get(pk=self.pages.pop().pk)

    def position(self) -> int:
        return Event.objects.filter(stream_id=self.book.pk).count()


def tables_of(tags: frozenset[str]) -> set[str]:
    """What a cache by tables would depend on; everything, where the log itself is read."""
    return {tag.partition("[")[0].partition(".")[0] for tag in tags}


@pytest.mark.django_db
def test_at_most_a_tenth_of_what_whole_tables_would_drop(capsys: pytest.CaptureFixture[str]) -> None:
    day, dropped, by_tables = Day(), 0, 0
    kept = [Kept(read) for read in day.reads()]
    for name in [each["write"] for each in MIX["writes"] for _ in range(each["times"])]:
        before = day.position()
        day.write(name)
        events = Event.objects.filter(stream_id=day.book.pk, position__gt=before)
        written = {touch.entity for event in events for touch in event.touched()}
        for number, each in enumerate(kept):
            tables = tables_of(each.reads.tags()[day.book.pk])
            by_tables += int("*" in tables or bool(tables & written))
            if each.state() is not State.FRESH:
                dropped += 1
                kept[number] = Kept(each.read)
            elif each.reads.stamps[day.book.pk].position < day.position():
                kept[number].settle()
    ratio = dropped / by_tables
    with capsys.disabled():
        print(f"\nreference mix: {dropped} dropped of {by_tables} by whole tables: {ratio:.1%}")
    assert ratio <= MOST
