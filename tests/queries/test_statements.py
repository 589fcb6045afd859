"""Compiled statements find what querysets find, value for value and type for type."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from apps.documents.models import Body, Document
from apps.documents.selectors.links import readable
from apps.queries import statements
from apps.queries.projections import _rows, column, has, one, projection, select
from apps.queries.statements import find
from apps.tenants.models import Handbook
from tests import given

pytestmark = pytest.mark.django_db
TITLES: Final = ("One", "Two", "100 %s")


@projection(Document, stream="handbook_id")
class Whole:
    """A column of each kind."""

    id: UUID
    parent_id: UUID | None
    title: str
    position: int
    published_at: datetime | None
    updated_at: datetime
    outline: list[Any] | None = column("body__outline")
    below: bool = has(Document, "parent_id", readable())


@projection(Body, stream="handbook_id")
class Words:
    html: str


@projection(Handbook, stream="id")
class Cover:
    title: str
    is_public: bool


@pytest.fixture
def home() -> Document:
    anna = given.person()
    home = given.home(given.handbook(anna).pk)
    for title in TITLES:
        given.page(anna, home, title, "## A heading", publish=title == "One")
    return home


def both(home: Document, *pairs: tuple[str, Any], any_of: tuple[tuple[str, Any], ...] = ()) -> list[Any]:
    """What is found; the same as by a queryset that was made for these values alone."""
    plan = Whole.plan
    condition, alternatives = Q(handbook_id=home.handbook_id), Q()
    for name, value in pairs:
        condition &= Q((f"{name}__in" if isinstance(value, (list, set)) else name, value))
    for name, value in any_of:
        alternatives |= Q((f"{name}__in" if isinstance(value, (list, set)) else name, value))
    expected = list(_rows(plan, condition & alternatives, ("position", "pk")))
    found = find(_rows, plan, [("handbook_id", home.handbook_id), *pairs], any_of, order=("position", "pk"))
    assert found == expected
    assert [[*map(type, row)] for row in found] == [[*map(type, row)] for row in expected]
    return [row[plan.paths.index("title")] for row in found]


def test_values_of_every_kind(home: Document) -> None:
    assert len(both(home)) == 1 + len(TITLES)
    assert both(home, ("title", "One")) == ["One"]
    assert both(home, ("title", "100 %s")) == ["100 %s"]
    assert both(home, ("title", ["One", "Two", "One", None])) == ["One", "Two"]
    assert both(home, ("parent_id", None)) == [home.title]
    spelt = (home, home.pk, str(home.pk).upper(), home.pk.hex, [home.pk, home], {str(home.pk)})
    assert [both(home, ("parent_id", each)) for each in spelt] == [[*TITLES]] * len(spelt)
    assert both(home, ("pk", home.pk)) == both(home, ("id", [home.pk])) == [home.title]
    assert both(home, ("id", home.pk), ("id", uuid4())) == []


def test_values_whose_sql_depends_on_them(home: Document) -> None:
    first = Document.objects.get(title="One")
    assert both(home, ("position", first.position), ("parent_id", home.pk)) == ["One"]
    assert both(home, ("position", 10**30)) == []
    assert both(home, ("published_at", [first.published_at, None])) == ["One"]
    assert both(home, ("published_at", None)) == ["Two", "100 %s"]


def test_nothing_to_look_for(home: Document) -> None:
    for nothing in ([], set(), [None]):
        assert both(home, ("title", nothing)) == []
        assert both(home, any_of=(("title", nothing), ("slug", ["two"]))) == ["Two"]
        assert both(home, any_of=(("title", nothing), ("slug", nothing))) == []
    with CaptureQueriesContext(connection) as queries:
        assert select(Whole, home.handbook_id, title=[]) == []
        assert select(Whole, home.handbook_id, most=0) == []
    assert len(queries) == 0


def test_one_of_several(home: Document) -> None:
    assert both(home, any_of=(("title", "One"), ("slug", ["two"]))) == ["One", "Two"]
    assert both(home, ("parent_id", home.pk), any_of=(("title", [home.title, "One"]),)) == ["One"]


def test_a_value_of_another_type_is_refused_as_by_django(home: Document) -> None:
    for wrong in ("x", ["x"]):
        with pytest.raises(ValidationError, match="“x” is not a valid UUID"):
            select(Whole, home.handbook_id, parent_id=wrong)


def test_booleans_and_rows_by_a_key_that_is_a_relation(home: Document) -> None:
    assert one(Cover, home.handbook_id) == Cover("Guide", False)
    assert one(Cover, home.handbook_id, is_public=True) is None
    assert one(Words, home.handbook_id, document_id=home) == Words(Body.objects.get(document=home).html)


def test_it_is_compiled_once_for_each_shape(home: Document) -> None:
    select(Whole, home.handbook_id, title=["One", "Two"], parent_id=home.pk)
    before = statements._compiled.cache_info()
    found = select(Whole, home.handbook_id, title=["Two", "Three"], parent_id=home.pk)
    assert [row.title for row in found] == ["Two"]
    assert select(Whole, home.handbook_id, title=["One", "Two"], parent_id=uuid4()) == []
    assert statements._compiled.cache_info().misses == before.misses
    assert [row.title for row in select(Whole, home.handbook_id, title=["Two"], parent_id=home.pk)] == ["Two"]
    assert statements._compiled.cache_info().misses == before.misses + 1


def test_a_condition_of_its_own_is_compiled_for_itself(home: Document) -> None:
    before = statements._compiled.cache_info()
    for title in ("One", "Two"):
        found = select(Whole, home.handbook_id, where=Q(title=title), parent_id=home.pk)
        assert [row.title for row in found] == [title]
    assert statements._compiled.cache_info() == before
