"""Field level: whatever a query would answer otherwise after a write, its tags are marked by that write.

Documents, bodies, links, redirects, and what stands beside documents are read by projections of every shape
and written in every way; not one change is missed, and on the site's own pages far less is dropped than by
whole tables.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import given as given_by
from hypothesis import strategies as st

from apps.caching.marks import State
from apps.documents.models import Body, Document, Link, Redirect
from apps.documents.selectors.links import readable
from apps.events import touches
from apps.events.streams import handbook_stream
from apps.events.touches import Touch
from apps.events.unit import record
from apps.queries.projections import column, has, projection, select
from tests import given
from tests.queries import beside
from tests.queries.keeping import Kept

pytestmark = [pytest.mark.django_db]
EXAMPLES: Final = 60
TITLES: Final = ("One", "Two", "Three")
SLUGS: Final = ("a", "b", "c", "")


@projection(Document, stream="handbook_id", where=readable())
class Shown:
    id: UUID
    title: str
    below: bool = has(Document, "parent_id", readable())


@projection(Document, stream="handbook_id")
class Anywhere:
    path: str
    published_at: Any
    html: str | None = column("body__html")


@projection(Document, stream="handbook_id", where=Q(title__in=TITLES[:2]))
class Chosen:
    slug: str
    position: int
    first: bool = has(Document, "parent_id", Q(title="One"))


@projection(Link, stream="handbook_id")
class Mention:
    key: str
    title: str = column("source__title")
    binned_at: Any = column("source__binned_at")


@projection(Link, stream="handbook_id")
class Source:
    key: str
    title: str = column("source__title")
    published_at: Any = column("source__published_at")
    binned_at: Any = column("source__binned_at")


@projection(Redirect, stream="handbook_id")
class Former:
    path: str
    now: str = column("document__path")


@projection(Body, stream="handbook_id")
class Words:
    html: str
    title: str = column("document__title")


PROJECTIONS: Final = (Shown, Anywhere, Chosen, Mention, Source, Former, Words)
BESIDE: Final = 0.4  # of the queries, and of the writes
KEYS: Final[dict[type, tuple[str, ...]]] = {
    Document: ("id", "parent_id", "path", "slug"),
    Link: ("id", "source_id", "key"),
    Redirect: ("id", "document_id", "path", "slug"),
    Body: ("document_id", "title_words"),
    **beside.KEYS,
}
OTHERS: Final[dict[type, tuple[str, ...]]] = {
    Document: ("title", "position", "published_at"),
    Link: ("key",),
    Redirect: ("path",),
    Body: ("html", "title_words"),
    **beside.OTHERS,
}


class Table:
    """A handbook's rows, written by recorded changes at random."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        owner = given.person()
        self.book = given.handbook(owner).pk
        self.home = given.home(self.book)
        assert owner.id is not None
        assert self.home.revision_id is not None
        self.beside = beside.Beside(chance, self.book, owner.id, self.home.revision_id)
        for _ in range(4):
            self.write(self.insert)

    def documents(self) -> list[Document]:
        return list(Document.objects.filter(handbook_id=self.book).order_by("pk"))

    def write(self, *acts: Callable[[Any], None]) -> None:
        """Now and then as if there were too many rows to be named."""
        named = self.chance.choice((touches.ROLL_UP_ABOVE,) * 4 + (0,))
        with (
            patch.object(touches, "ROLL_UP_ABOVE", named),
            record("x_written", handbook_stream(self.book), actor_id=None) as change,
        ):
            for act in acts:
                act(change)

    def visible(self) -> set[UUID]:
        return {*Document.objects.filter(readable(), handbook_id=self.book).values_list("pk", flat=True)}

    def insert(self, change: Any, *, draft: bool = False) -> None:
        chance, now = self.chance, timezone.now()
        slug = f"{chance.choice(SLUGS[:3])}{Document.objects.count()}"
        document = change.insert(Document(
            handbook_id=self.book, parent=chance.choice(self.documents()), slug=chance.choice(SLUGS),
            path=slug, title=chance.choice(TITLES), position=chance.randint(0, 9),
            published_at=None if draft else chance.choice((None, now)), created_at=now, updated_at=now,
        ))  # fmt: skip
        if chance.random() < 0.7:
            self.insert_body(change, document)
        if not Link.objects.filter(source=document).exists():
            key = chance.choice(SLUGS[:3])
            change.insert(Link(handbook_id=self.book, source=document, key=key))
        if not Redirect.objects.filter(handbook_id=self.book, path=f"old-{slug}").exists():
            change.insert(
                Redirect(handbook_id=self.book, document=document, path=f"old-{slug}", slug=slug[:1])
            )

        if chance.random() < BESIDE:
            self.beside.insert(change, document)

    def insert_body(self, change: Any, document: Document) -> None:
        change.insert(Body(
            document=document, handbook_id=self.book, title=document.title, html="<p>", plain="",
            title_words=document.title.lower(),
        ))  # fmt: skip

    def late_body(self, change: Any) -> None:
        bare = Document.objects.filter(handbook_id=self.book, body=None).order_by("pk").first()
        if bare is not None:
            self.insert_body(change, bare)

    def update_document(self, change: Any) -> None:
        chance = self.chance
        document = chance.choice(self.documents())
        values: dict[str, Any] = {
            "title": chance.choice(TITLES),
            "slug": chance.choice(SLUGS),
            "path": f"{chance.choice(SLUGS[:3])}{chance.randint(100, 10**9)}",
            "position": chance.randint(0, 9),
            "published_at": chance.choice((None, timezone.now())),
            "binned_at": chance.choice((None, None, timezone.now())),
            "parent_id": chance.choice(self.documents()).pk,
        }
        wanted = chance.sample(sorted(values), chance.randint(1, 3))
        change.update(document, **{name: values[name] for name in wanted})

    def write_unseen(self) -> None:
        """What readers do not see is made, called otherwise, put elsewhere, binned, taken back as a draft."""
        chance = self.chance
        hidden = [each for each in self.documents() if each.pk not in self.visible()]

        def update(change: Any) -> None:
            values: dict[str, Any] = {
                "title": chance.choice(TITLES),
                "position": chance.randint(0, 9),
                "parent_id": chance.choice(self.documents()).pk,
                "path": f"a{chance.randint(100, 10**9)}",
            }
            gone_at = chance.choice((None, timezone.now()))
            wanted = {name: values[name] for name in chance.sample(sorted(values), 2)}
            row = Document.objects.get(pk=chance.choice(hidden).pk)
            change.update(row, published_at=None, binned_at=gone_at, **wanted)

        self.write(update if hidden and chance.random() < 0.6 else partial(self.insert, draft=True))

    def update_others(self, change: Any) -> None:
        chance = self.chance
        link = chance.choice([*Link.objects.filter(handbook_id=self.book).order_by("pk")] or [None])
        if link is not None:
            free = [each.pk for each in self.documents() if not each.links.exists()]
            change.update(link, key=chance.choice(SLUGS[:3]))
            if free and chance.random() < 0.5:
                change.update(link, source_id=chance.choice(free))
        body = chance.choice([*Body.objects.filter(handbook_id=self.book).order_by("pk")] or [None])
        if body is not None:
            change.update(body, html=chance.choice(("<p>", "<b>")), title_words=chance.choice(("one", "two")))
        former = chance.choice([*Redirect.objects.filter(handbook_id=self.book).order_by("pk")] or [None])
        if former is not None:
            change.update(former, document_id=chance.choice(self.documents()).pk)

    def delete(self, change: Any) -> None:
        for model in (Link, Redirect, Body):
            row = model.objects.filter(handbook_id=self.book).order_by("pk").first()  # type: ignore[attr-defined]
            if row is not None and self.chance.random() < 0.5:
                change.delete(row)

        self.beside.delete(change)

    def rolled_up(self, change: Any) -> None:
        """More rows than an event names."""
        change.execute(
            "UPDATE documents_document SET title = %s WHERE handbook_id = %s",
            [self.chance.choice(TITLES), self.book.hex if connection.vendor == "sqlite" else self.book],
            [Touch("document", "~", ("title",), None, {}, 500)],
        )

    def any_write(self) -> None:
        acts = (self.insert, self.late_body, self.update_document, self.update_document, self.update_others)
        if self.chance.random() < BESIDE:
            acts = (self.beside.update, self.update_document)
        if self.chance.random() < 0.2:
            self.write(self.chance.choice((self.delete, self.rolled_up)))
        else:
            self.write(*self.chance.choices(acts, k=self.chance.choice((1, 1, 2, 3))))

    def any_query(self) -> Callable[[], Any]:
        chance = self.chance
        cls = chance.choice(beside.PROJECTIONS if chance.random() < BESIDE else PROJECTIONS)
        model = cls.plan.model  # type: ignore[attr-defined]
        options: dict[str, Any] = {}
        for name in chance.sample(KEYS[model], chance.randint(0, 2)):
            options[name] = self.value(model, name)
        if chance.random() < 0.25 and len(KEYS[model]) > 2:
            names = chance.sample(KEYS[model][1:], 2)
            options["any_of"] = {name: [self.value(model, name), self.value(model, name)] for name in names}
            options = {name: options[name] for name in options if name not in names}
        elif options and chance.random() < 0.3:
            name = chance.choice(sorted(options))
            options[name] = [options[name], self.value(model, name)]
        if chance.random() < 0.4:
            options["order"] = (chance.choice(("", "-")) + chance.choice(OTHERS[model]), "pk")
        if chance.random() < 0.3:
            options |= {"most": chance.randint(1, 3), "start": chance.choice((0, 0, 1))}
            options.setdefault("order", ("pk",))
        if chance.random() < 0.3 and model is Document:
            conditions = (Q(title="One"), ~Q(title="One"), Q(position__gte=5), readable(), ~readable())
            options["where"] = chance.choice(conditions)
        return self.query(cls, options)

    def query(self, cls: Any, options: dict[str, Any]) -> Callable[[], str]:
        return lambda: (
            repr(sorted(select(cls, self.book, **options), key=repr))
            if "order" not in options
            else (repr(select(cls, self.book, **options)))
        )

    def value(self, model: type, name: str) -> Any:
        rows = model.objects.filter(handbook_id=self.book).order_by("pk")  # type: ignore[attr-defined]
        values = [*rows.values_list(name, flat=True)]
        return self.chance.choice(
            [*values, *(SLUGS[:3] if name in ("path", "slug", "key") else values)] or [self.book]
        )


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given_by(seed=st.integers(0, 2**32))
def test_no_change_is_missed(seed: int) -> None:
    table = Table(random.Random(seed))
    homes = [{"id": each.pk} for each in table.documents()]
    kept = [Kept(table.query(cls, keys)) for keys in homes for cls in (Shown, Chosen)]
    for _ in range(12):
        try:
            kept.append(Kept(table.any_query()))
        except ValueError:  # a key's value that is none of its type
            continue
    seen = table.visible()
    for _ in range(3):
        table.any_write()
        left = seen - table.visible()
        for each in kept:
            state = each.state()
            if state is State.FRESH:
                assert each.read() == each.value, f"seed {seed}: {each.reads.tags()}"
            elif state is State.CHANGED:
                assert not any(str(id) in each.value for id in left), f"seed {seed}: {each.value} is shown on"


@settings(max_examples=EXAMPLES // 3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given_by(seed=st.integers(0, 2**32))
def test_what_readers_do_not_see_drops_nothing_that_they_do(seed: int) -> None:
    table = Table(random.Random(seed))
    homes = [{"parent_id": each.pk} for each in table.documents()]
    kept = [Kept(table.query(Shown, keys)) for keys in (*homes, {}, {"path": "a100"}, {"slug": ["a", "b"]})]
    for _ in range(5):
        table.write_unseen()
        for each in kept:
            assert each.state() is State.FRESH, f"seed {seed}: {each.reads.tags()}"
