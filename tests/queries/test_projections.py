"""Projections: tags, SQL and values from one declaration."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.caching.marks import State
from apps.documents.actions.binning import bin_document
from apps.documents.actions.documents import create_document
from apps.documents.actions.places import move_document
from apps.documents.actions.publishing import publish_document, unpublish_document
from apps.documents.actions.saving import save_document
from apps.documents.models import Body, Document, Link, Redirect, Revision
from apps.documents.selectors.links import Mention, readable
from apps.queries.people import names_of
from apps.queries.projections import (
    COARSE,
    column,
    depends_on,
    depends_on_all,
    depends_on_everything,
    has,
    one,
    projection,
    select,
)
from apps.tenants.models import Handbook, Membership
from tests import given
from tests.queries.keeping import Kept

pytestmark = pytest.mark.django_db


@projection(Document, stream="handbook_id", where=readable())
class Titled:
    id: UUID
    title: str


@projection(Document, stream="handbook_id", where=readable())
class Parent:
    id: UUID
    below: bool = has(Document, "parent_id", readable())


@projection(Document, stream="handbook_id")
class Placed:
    path: str
    published_at: datetime | None
    below: bool = has(Document, "parent_id", readable())


@projection(Link, stream="handbook_id")
class Named:
    key: str
    title: str = column("source__title")


@projection(Document, stream="handbook_id")
class Written:
    id: UUID
    html: str | None = column("body__html")


@projection(Handbook, stream="id")
class Cover:
    title: str


@pytest.fixture
def anna():  # type: ignore[no-untyped-def]
    return given.person()


@pytest.fixture
def book(anna) -> UUID:  # type: ignore[no-untyped-def]
    return given.handbook(anna).pk


@pytest.fixture
def home(book: UUID) -> Document:
    return given.home(book)


def tags(kept: Kept, book: UUID) -> set[str]:
    return {*kept.reads.tags()[book]}


def test_a_row_by_its_id(anna, book: UUID, home: Document) -> None:  # type: ignore[no-untyped-def]
    page = given.page(anna, home, "Page", publish=True)
    kept = Kept(lambda: one(Titled, book, id=page.pk))
    assert kept.value == Titled(page.pk, "Page")
    assert tags(kept, book) == {f"document[id={page.pk}].title", f"document[id={page.pk}].+"}


def test_a_key_is_known_by_its_value_found_or_not(anna, book: UUID, home: Document) -> None:  # type: ignore[no-untyped-def]
    kept = Kept(lambda: one(Titled, book, path="page"))
    assert kept.value is None
    assert tags(kept, book) == {f"document[path=page].{name}" for name in ("title", "+")}
    given.page(anna, home, "Other", publish=True)
    assert kept.state() is State.FRESH
    given.page(anna, home, "Page", publish=True)
    assert kept.state() is State.CHANGED


def test_of_several_keys_the_one_with_the_fewest_values(book: UUID) -> None:
    kept = Kept(lambda: select(Titled, book, path=["a", "b"], parent_id=None, order=("-position", "pk")))
    names = ("title", "path", "position", "+")
    assert tags(kept, book) == {f"document[parent_id is null].{name}" for name in names}


def test_one_of_several_keys_depends_on_each(book: UUID) -> None:
    kept = Kept(lambda: select(Titled, book, any_of={"path": ["a"], "slug": ["b"]}))
    by_path, by_slug = ("title", "slug", "+"), ("title", "path", "+")
    expected = {f"document[path=a].{name}" for name in by_path} | {
        f"document[slug=b].{name}" for name in by_slug
    }
    assert tags(kept, book) == expected


def test_without_a_key_it_depends_on_columns_and_is_reported(book: UUID) -> None:
    kept = Kept(lambda: select(Titled, book, where=readable(), title="Page"))
    assert tags(kept, book) == {"document.title", "document.+"}
    assert COARSE["Titled(title)"] == "document.+, document.title"


def test_a_condition_is_part_of_what_is_read(book: UUID) -> None:
    kept = Kept(lambda: select(Titled, book, where=Document_q(), path="a"))
    assert tags(kept, book) == {f"document[path=a].{name}" for name in ("title", "position", "+")}


def Document_q():  # type: ignore[no-untyped-def]  # noqa: N802
    from django.db.models import Q

    return Q(position__gte=5) & ~Q(position__in=[7])


def test_a_row_of_the_streams_own_model(book: UUID) -> None:
    kept = Kept(lambda: one(Cover, book, id=book))
    assert tags(kept, book) == {f"handbook[id={book}].title", f"handbook[id={book}].+"}
    assert tags(Kept(lambda: one(Cover, book)), book) == tags(kept, book)


def test_has_depends_on_which_rows_point_here(anna, book: UUID, home: Document) -> None:  # type: ignore[no-untyped-def]
    page = given.page(anna, home, "Page", publish=True)
    kept = Kept(lambda: one(Placed, book, path="page"))
    assert kept.value.below is False
    assert f"document[parent_id={page.pk}].?" in tags(kept, book)
    draft = given.page(anna, page, "Below")
    assert kept.state() is State.FRESH
    publish_document(anna, draft.pk)
    assert (kept.state(), kept.read().below) == (State.CHANGED, True)


def test_has_depends_on_the_one_that_was_found(anna, book: UUID, home: Document) -> None:  # type: ignore[no-untyped-def]
    page = given.page(anna, home, "Page", publish=True)
    below, other = (
        given.page(anna, page, "Below", publish=True),
        given.page(anna, home, "Other", publish=True),
    )
    kept = Kept(lambda: one(Parent, book, id=page.pk))
    assert tags(kept, book) == {f"document[id={page.pk}].+", f"document[id+parent_id={below.pk}].?"}
    second = given.page(anna, page, "Second", publish=True)
    save_document(anna, below.pk, title="Called otherwise", source="", base_revision_id=below.revision_id)
    unpublish_document(anna, second.pk)
    assert kept.state() is State.FRESH
    move_document(anna, below.pk, parent_id=other.pk, after_id=None)
    assert (kept.state(), kept.value.below, kept.read().below) == (State.CHANGED, True, False)


def test_what_readers_do_not_see_drops_nothing_of_what_they_do(anna, book: UUID, home: Document) -> None:  # type: ignore[no-untyped-def]
    level = Kept(lambda: select(Titled, book, parent_id=home.pk, order=("position",)))
    everything = Kept(lambda: select(Placed, book, parent_id=home.pk))
    draft = given.page(anna, home, "Draft")
    assert [level.state(), everything.state()] == [State.FRESH, State.CHANGED]
    everything = Kept(everything.read)
    save_document(anna, draft.pk, title="Renamed", source="", base_revision_id=draft.revision_id)
    given.readdress(anna, draft.pk, slug="other")
    assert [level.state(), everything.state()] == [State.FRESH, State.CHANGED]
    bin_document(anna, draft.pk)
    assert level.state() is State.FRESH


def test_what_leaves_readers_is_gone_where_it_was_shown_and_changes_what_told_of_it(
    anna, book: UUID, home: Document
) -> None:  # type: ignore[no-untyped-def]
    page = given.page(anna, home, "Page", "[[Away]]", publish=True)
    own = Kept(lambda: one(Titled, book, path="page"))
    level = Kept(lambda: select(Titled, book, parent_id=home.pk))
    mention = Kept(lambda: select(Named, book, key="away"))
    whether = Kept(lambda: one(Parent, book, id=home.pk))
    unpublish_document(anna, page.pk)
    assert [each.state() for each in (own, level, mention)] == [State.GONE] * 3
    assert whether.state() is State.CHANGED
    own, level, whether = Kept(own.read), Kept(level.read), Kept(whether.read)
    publish_document(anna, page.pk)
    assert [each.state() for each in (own, level, whether)] == [State.CHANGED] * 3


def test_a_related_column_depends_on_its_row_and_on_what_leads_to_it(
    anna, book: UUID, home: Document
) -> None:  # type: ignore[no-untyped-def]
    page = given.page(anna, home, "Page", "[[Away]]", publish=True)
    kept = Kept(lambda: select(Named, book, key="away"))
    assert kept.value == [Named("away", "Page")]
    assert tags(kept, book) == {
        *(f"link[key=away].{name}" for name in ("source_id", "+")),
        *(f"document[id={page.pk}].{name}" for name in ("title", "+", "~title", "~+")),
    }


def test_a_related_row_is_known_by_what_was_read_of_it(anna, book: UUID, home: Document) -> None:  # type: ignore[no-untyped-def]
    page = given.page(anna, home, "Page", "[[Away]]", publish=True)
    kept = Kept(lambda: select(Mention, book, key="away"))
    about = f"document[id={page.pk}]"
    assert {tag for tag in tags(kept, book) if about in tag} == {
        f"{about}.{name}" for name in ("title", "path", "+")
    }
    unpublish_document(anna, page.pk)
    assert kept.state() is State.GONE
    kept = Kept(kept.read)
    assert {tag for tag in tags(kept, book) if about in tag} == {
        f"{about}.{name}" for name in ("~title", "~path", "~+")
    }
    publish_document(anna, page.pk)
    assert kept.state() is State.CHANGED


def test_a_one_to_one_row_that_comes_later_is_seen(home: Document, book: UUID) -> None:
    kept = Kept(lambda: one(Written, book, id=home.pk))
    assert {f"body[id={home.pk}].html", f"body[id={home.pk}].+"} <= tags(kept, book)


def test_values_are_told_as_events_tell_them(anna, book: UUID, home: Document) -> None:  # type: ignore[no-untyped-def]
    spelt = (home, home.pk, str(home.pk).upper(), home.pk.hex)
    kept = [Kept(lambda value=value: select(Titled, book, parent_id=value)) for value in spelt]
    assert len({frozenset(tags(each, book)) for each in kept}) == 1
    given.page(anna, home, "Page", publish=True)
    assert [each.state() for each in kept] == [State.CHANGED] * len(spelt)


def test_people_are_known_by_their_own_streams() -> None:
    anna, ben = given.person(name="Anna"), given.person(name="Ben")
    kept = Kept(lambda: names_of([anna.id, ben.id]))
    assert kept.value == {anna.id: "Anna", ben.id: "Ben"}
    assert kept.reads.tags() == {
        each.id: {f"person[id={each.id}].name", f"person[id={each.id}].+"} for each in (anna, ben)
    }


def test_statements_of_ones_own(book: UUID) -> None:
    def read() -> None:
        depends_on_all(book, Body, "words", by="a_search")
        depends_on(book, Redirect, "path", ["a", "b"], "slug")
        depends_on(book, Document, "slug", ["a"], "title")
        depends_on(book, Document, "slug", ["b"], "title", where=readable())

    assert tags(Kept(read), book) == {
        "body.words",
        "body.+",
        *(f"redirect[path={path}].{name}" for path in "ab" for name in ("slug", "+")),
        *(f"document[slug=a].{name}" for name in ("title", "+", "~title", "~+")),
        *(f"document[slug=b].{name}" for name in ("title", "+")),
    }
    assert COARSE["a_search(Body)"] == "body.+, body.words"
    assert tags(Kept(lambda: depends_on_everything(book)), book) == {"*"}


def test_nothing_is_noted_where_nobody_keeps_it(book: UUID, home: Document) -> None:
    assert one(Titled, book, id=home.pk) == Titled(home.pk, home.title)


def test_one_query_whatever_is_read(book: UUID) -> None:
    with CaptureQueriesContext(connection) as queries:
        select(Placed, book, parent_id=[uuid4() for _ in range(9)], order=("position",), start=2, most=3)
    assert len(queries) == 1


def test_declarations_that_could_miss_a_change_are_refused(book: UUID) -> None:
    with pytest.raises(TypeError, match="'position' is no declared key of Document"):

        @projection(Document, stream="handbook_id")
        class Pointed:
            id: UUID
            below: bool = has(Document, "position")

    with pytest.raises(TypeError, match="two fields are read from one column"):

        @projection(Link, stream="handbook_id")
        class Twice:
            source_id: UUID
            id: UUID = column("source_id")

    with pytest.raises(TypeError, match="one step to a tracked model is allowed"):

        @projection(Link, stream="handbook_id")
        class Far:
            id: UUID
            html: str = column("source__body__html")

    with pytest.raises(TypeError, match="Written: User is told on another stream than Revision"):

        @projection(Revision, stream="handbook_id")
        class Written:
            id: UUID
            author: str = column("author__name")

    with pytest.raises(TypeError, match="Joined: Handbook is told on another stream than Membership"):

        @projection(Membership, stream="id")
        class Joined:
            id: UUID
            title: str = column("handbook__title")

    with pytest.raises(TypeError, match="Joining: Membership is told on another stream than Redirect"):

        @projection(Redirect, stream="document_id")
        class Joining:
            id: UUID
            anybody: bool = has(Membership, "person_id")

    with pytest.raises(TypeError, match="'title' is no declared key of Document"):
        Kept(lambda: select(Titled, book, any_of={"title": ["Page"]}))
    with pytest.raises(TypeError, match="only columns of Document itself"):
        (
            select(Titled, book, order=("body__title",)),
            Kept(lambda: select(Titled, book, order=("body__title",))),
        )


def test_what_is_read_is_dropped_and_nothing_else(anna, book: UUID, home: Document) -> None:  # type: ignore[no-untyped-def]
    one_page, other = (given.page(anna, home, title, "Words", publish=True) for title in ("One", "Other"))
    kept = {page: Kept(lambda page=page: one(Titled, book, path=page.path)) for page in (one_page, other)}
    save_document(anna, one_page.pk, title="One", source="More", base_revision_id=one_page.revision_id)
    assert [each.state() for each in kept.values()] == [State.FRESH, State.FRESH]
    move_document(anna, one_page.pk, parent_id=other.pk, after_id=None)
    assert [each.state() for each in kept.values()] == [State.CHANGED, State.FRESH]
    unpublish_document(anna, other.pk)
    assert kept[other].state() is State.GONE
    create_document(anna, book, parent_id=home.pk, title="One", publish=True)
    assert kept[one_page].state() is State.CHANGED
