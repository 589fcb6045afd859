"""How much is dropped on the reference mix: field by field, against whole tables. What each kind of write
costs is shown, and how much of that had really become another page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from apps.caching.marks import State
from apps.documents.actions.binning import bin_document, restore_document
from apps.documents.actions.care import change_care
from apps.documents.actions.comments import reply_to_thread, start_thread
from apps.documents.actions.media import add_media
from apps.documents.actions.places import move_document
from apps.documents.actions.publishing import publish_document, unpublish_document
from apps.documents.actions.run_items import tick_run_item, untick_run_item
from apps.documents.actions.runs import start_run
from apps.documents.actions.saving import save_document
from apps.documents.media import checked_upload
from apps.documents.models import Document, Run, Thread
from apps.documents.views import care, reading, runs, talk
from apps.events.models import Event
from apps.rendering.books import book_of
from tests import given
from tests.queries.keeping import Kept, Still

MIX: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "reference_mix.json").read_text())
MOST: Final = 0.10
TASK: Final = "\n\n- [ ] Light it"


class Week:
    """A handbook as the mix says, its reads and its writes."""

    def __init__(self) -> None:
        self.owner = given.person(name="Olga")
        self.book = given.handbook(self.owner, is_public=True)
        self.home = given.home(self.book.pk)
        self.pages: list[Document] = []
        self.drafts: list[Document] = []
        self.binned: list[Document] = []
        self.runs: list[Run] = []
        self.threads: list[Thread] = []
        self.done = 0
        for top in range(MIX["pages"]["top"]):
            parent = self.page(self.home, f"Top {top}", f"About the valve. See [[page-{top}-1]].")
            for below in range(MIX["pages"]["below_each"]):
                page = self.page(
                    parent, f"Page {top} {below}", f"The stove, see [[top-{(top + 1) % 6}]].{TASK}"
                )
                if below == 0:
                    self.runs.append(start_run(self.owner, page.pk))
                    self.threads.append(start_thread(self.owner, page.pk, source="Why?").comment.thread)
                    self.tag(page)
        for _ in range(MIX["pages"]["drafts"]):
            self.begin(self.next())

    def page(self, parent: Document, title: str, source: str) -> Document:
        made = given.page(self.owner, parent, title, source, publish=True)
        self.pages.append(made)
        return made

    def begin(self, parent: Document) -> None:
        self.drafts.append(given.page(self.owner, parent, f"Draft {self.done}", "Soon."))

    def tag(self, page: Document) -> None:
        values: dict[str, Any] = {"owner_id": None, "review_on": None, "review_every_months": None}
        change_care(self.owner, page.pk, tags=["Kitchen", f"Number {self.done}"], **values)

    def next(self) -> Document:
        self.done += 1
        return Document.objects.get(pk=self.pages[self.done * 7 % len(self.pages)].pk)

    def reads(self) -> Iterator[Callable[[], Any]]:
        for document in (self.home, *self.pages):
            path = Document.objects.get(pk=document.pk).path
            yield self.made(reading.document, path=f"{path}/" if path else "")
            yield self.made(reading.branch, document_id=document.pk)
            yield self.made(reading.tree, document_id=document.pk)
        for run, thread in zip(self.runs, self.threads, strict=True):
            yield self.made(runs.run, run_id=run.pk)
            yield self.made(runs.runs, document_id=run.document_id)
            yield self.made(talk.part, document_id=thread.document_id)
            yield self.made(talk.talk, document_id=thread.document_id)
        yield self.made(runs.runs)
        yield self.made(care.tags)
        yield self.made(care.tag, slug="kitchen")
        yield self.made(care.due)
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
                self.begin(page)
            case "save_draft":
                draft = Document.objects.get(pk=self.drafts[-1].pk)
                base = draft.revision_id
                save_document(
                    owner, draft.pk, title=draft.title, source=f"Soon, {self.done}.", base_revision_id=base
                )
            case "publish":
                publish_document(owner, self.drafts.pop(0).pk)
            case "unpublish":
                unpublish_document(owner, self.last_leaf().pk)
            case "move":
                move_document(owner, self.last_leaf().pk, parent_id=self.home.pk, after_id=None)
            case "rename":
                given.readdress(owner, self.last_leaf().pk, slug=f"renamed-{self.done}")
            case "tick":
                run = self.runs[self.done % len(self.runs)]
                act = untick_run_item if Run.objects.get(pk=run.pk).settled else tick_run_item
                act(owner, run.pk, run.items[0]["id"])
            case "comment":
                reply_to_thread(owner, self.threads[self.done % len(self.threads)].pk, source="Because.")
            case "tag":
                self.tag(page)
            case "add_media":
                add_media(owner, self.book.pk, checked_upload("notes.txt", f"{self.done}".encode()))
            case "add_member":
                given.member(owner, self.book.pk, "reader")
            case "bin":
                self.binned.append(self.last_leaf())
                bin_document(owner, self.binned[-1].pk)
            case "restore":
                restore_document(owner, self.binned.pop().pk)
            case _:
                raise ValueError(name)

    def last_leaf(self) -> Document:
        return Document.objects.get(pk=self.pages.pop().pk)

    def position(self) -> int:
        return Event.objects.filter(stream_id=self.book.pk).count()


def tables_of(tags: frozenset[str]) -> set[str]:
    """What a cache by tables would depend on; everything, where the log itself is read."""
    return {tag.partition("[")[0].partition(".")[0] for tag in tags}


def in_turn() -> list[str]:
    """Each kind of write at even distances."""
    times = {each["write"]: each["times"] for each in MIX["writes"]}
    turns = [((turn + 0.5) / count, name) for name, count in times.items() for turn in range(count)]
    return [name for _at, name in sorted(turns, key=lambda turn: turn[0])]


@pytest.mark.sqlite_only("What is dropped follows from the log and the tags.")
@pytest.mark.django_db
def test_at_most_a_tenth_of_what_whole_tables_would_drop(capsys: pytest.CaptureFixture[str]) -> None:
    week = Week()
    dropped, changed, by_tables = Counter[str](), Counter[str](), Counter[str]()
    kept = [Kept(read) for read in week.reads()]
    for name in in_turn():
        before = week.position()
        week.write(name)
        events = Event.objects.filter(stream_id=week.book.pk, position__gt=before)
        written = {touch.entity for event in events for touch in event.touched()}
        after = Still().contact(week.book.pk)
        for number, each in enumerate(kept):
            tables = tables_of(each.reads.tags()[week.book.pk])
            by_tables[name] += int("*" in tables or bool(tables & written))
            if each.state() is not State.FRESH:
                kept[number] = Kept(each.read)
                dropped[name] += 1
                changed[name] += int(repr(kept[number].value) != repr(each.value))
            else:  # events up to now need not be looked at again
                each.reads.stamps[week.book.pk] = after
    ratio = dropped.total() / by_tables.total()
    with capsys.disabled():
        print("\neach write of the reference mix drops (of these became another; by whole tables):")
        for name, times in Counter(in_turn()).items():
            costs = (count[name] / times for count in (dropped, changed, by_tables))
            print("{:>16} {:6.1f} ({:.1f}; {:.0f})".format(name, *costs))
        print(f"reference mix: {dropped.total()} dropped of {by_tables.total()} by whole tables: {ratio:.1%}")
    assert ratio <= MOST
