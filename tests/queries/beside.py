"""What stands beside documents: talk, checklists that are run, tags and care. Written by recorded changes at
random, as the test of projections wants it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from apps.documents.models import Care, Comment, Document, Label, Run, RunAssignee, RunItem, Thread
from apps.documents.models.run import State
from apps.documents.selectors.care import Labelled, Reviewed
from apps.documents.selectors.run_lists import Listed, RunPlace
from apps.documents.selectors.run_rows import AssigneeRow, StateRow
from apps.documents.selectors.talk import CommentRow
from apps.documents.selectors.threads import Spoken, ThreadRow

PROJECTIONS: Final = (
    *(ThreadRow, CommentRow, Spoken, RunPlace, Listed, StateRow, AssigneeRow, Labelled, Reviewed),
)
KEYS: Final[dict[type, tuple[str, ...]]] = {
    Thread: ("id", "document_id"),
    Comment: ("id", "document_id", "thread_id"),
    Run: ("id", "handbook_id", "document_id"),
    RunItem: ("id", "run_id"),
    RunAssignee: ("id", "run_id", "person_id"),
    Label: ("id", "handbook_id", "document_id", "slug"),
    Care: ("document_id", "handbook_id"),
}
OTHERS: Final[dict[type, tuple[str, ...]]] = {
    Thread: ("created_at", "resolved_at"),
    Comment: ("created_at", "html"),
    Run: ("started_at", "finished_at", "title"),
    RunItem: ("item_id", "at"),
    RunAssignee: ("person_id",),
    Label: ("name", "slug"),
    Care: ("review_on",),
}
NAMES: Final = ("One", "Two", "Three")
SLUGS: Final = ("one", "two")
DAYS: Final = (None, date(2026, 1, 1), date(2027, 1, 1))


@dataclass(frozen=True)
class Beside:
    """Of one handbook. `revision` is any that a run can be of."""

    chance: random.Random
    book: UUID
    person: UUID
    revision: UUID

    def insert(self, change: Any, document: Document) -> None:
        """One of each, where there may be another."""
        for row in self._rows(document):
            change.insert(row)

    def _rows(self, document: Document) -> Iterator[Model]:
        chance, now = self.chance, timezone.now()
        of: dict[str, Any] = {"handbook_id": self.book, "document": document}
        thread = Thread(**of, created_at=now)
        yield thread
        yield Comment(**of, thread=thread, source="", html=chance.choice(NAMES), created_at=now)
        run = Run(
            **of, revision_id=self.revision, title=chance.choice(NAMES), started_name="Ada", started_at=now
        )
        yield run
        in_run: dict[str, Any] = {"handbook_id": self.book, "run": run}
        yield RunItem(**in_run, item_id="a", state=chance.choice(State.values), by_name="Ada", at=now)
        yield RunAssignee(**in_run, person_id=self.person)
        slug = chance.choice(SLUGS)
        if not Label.objects.filter(document=document, slug=slug).exists():
            yield Label(**of, slug=slug, name=chance.choice(NAMES))
        if not Care.objects.filter(document=document).exists():
            yield Care(**of, review_on=chance.choice(DAYS))

    def update(self, change: Any) -> None:
        """One row, of any of the tables."""
        model = self.chance.choice([*VALUES])
        rows = [*model._default_manager.filter(handbook_id=self.book).order_by("pk")]
        if rows:
            row, value = self.chance.choice(rows), self.chance.choice([*VALUES[model]])
            change.update(row, **{value: VALUES[model][value](self)})

    def delete(self, change: Any) -> None:
        for model in (Comment, RunItem, RunAssignee, Label, Care):
            row = model._default_manager.filter(handbook_id=self.book).order_by("pk").first()
            if row is not None and self.chance.random() < 0.5:
                change.delete(row)

    def any_of(self, model: type[Model]) -> Any:
        found = model._default_manager.filter(handbook_id=self.book).order_by("pk")
        return self.chance.choice([*found.values_list("pk", flat=True)])

    def now_or_never(self) -> Any:
        return self.chance.choice((None, timezone.now()))


VALUES: Final[dict[type[Model], dict[str, Callable[[Beside], Any]]]] = {
    Thread: {"resolved_at": Beside.now_or_never, "document_id": lambda at: at.any_of(Document)},
    Comment: {
        "html": lambda at: at.chance.choice(NAMES),
        "deleted_at": Beside.now_or_never,
        "thread_id": lambda at: at.any_of(Thread),
    },
    Run: {
        "title": lambda at: at.chance.choice(NAMES),
        "settled": lambda at: at.chance.randint(0, 9),
        "finished_at": Beside.now_or_never,
        "document_id": lambda at: at.any_of(Document),
    },
    RunItem: {"state": lambda at: at.chance.choice(State.values)},
    Label: {"name": lambda at: at.chance.choice(NAMES)},
    Care: {"review_on": lambda at: at.chance.choice(DAYS)},
}
