"""Statements: Django compiles a query by equality once for each shape of it; a read binds its values and
runs it. What is found is what the queryset itself would find.

The shape: the keys, for each whether NULL, one value or how many are asked for, the order and the range.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Expression, Q, QuerySet

from .fetching import Row, fetched, needs_converting
from .plans import Plan

STATEMENTS_MAX: Final = 1_000
BOUND: Final = frozenset({"UUIDField", "CharField", "SlugField", "TextField"})  # one SQL for all their values

type Field = models.Field[Any, Any]
type Query = Callable[[Plan, Q, Sequence[str]], QuerySet[Any, Any]]
type Asked = Iterable[tuple[str, Any]]  # columns, each with its value or a list of them
type Term = tuple[str, Bound | Literal]


@dataclasses.dataclass(frozen=True, slots=True)
class Bound:
    """`count` values will stand here, the first is the `at`-th. `many`: any of them."""

    at: int
    count: int
    many: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Literal:
    """Another value may have another SQL."""

    value: Any
    many: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """A parameter: the `at`-th value."""

    at: int


class Place(Expression):
    """Stands in a compiled condition for what will be bound."""

    def __init__(self, bound: Bound, field: Field) -> None:
        super().__init__(output_field=field)
        self.bound = bound

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, tuple[Slot, ...]]:  # type: ignore[override]
        at, count = self.bound.at, self.bound.count
        sql = ", ".join(["%s"] * count)
        return f"({sql})" if self.bound.many else sql, tuple(Slot(at + n) for n in range(count))


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    parameters: tuple[Any, ...]
    converted: tuple[tuple[int, Expression], ...]


def find(
    query: Query,
    plan: Plan,
    every: Asked,
    any_of: Asked = (),
    where: Q | None = None,
    *,
    order: Sequence[str] = (),
    start: int = 0,
    stop: int | None = None,
) -> list[Row]:
    """Rows of `plan.paths` that have all of `every` and, where there are any, one of `any_of`. With a
    condition of its own a query is compiled for itself."""
    values: list[Any] = []
    terms = tuple(_term(plan, name, value, values) for name, value in every)
    others = tuple(_term(plan, name, value, values) for name, value in any_of)
    compiled = _compiled.__wrapped__ if where else _compiled
    shape = (connection.vendor, query, plan, terms, others, where or None, tuple(order), start, stop)
    statement = compiled(*shape)
    if statement is None:
        return []
    given = tuple(values[each.at] if isinstance(each, Slot) else each for each in statement.parameters)
    return fetched(statement.sql, given, statement.converted)


def _term(plan: Plan, name: str, value: Any, values: list[Any]) -> Term:
    """What of it makes the shape; what is to be bound is added to `values`, as lookups prepare it."""
    field, many = _field(plan, name), isinstance(value, (list, tuple, set, frozenset))
    asked = [each.pk if isinstance(each, models.Model) else each for each in (value if many else (value,))]
    if value is None or getattr(field, "target_field", field).get_internal_type() not in BOUND:
        return name, Literal(tuple(asked) if many else asked[0], many)
    prepared = dict.fromkeys(field.get_prep_value(each) for each in asked if each is not None)
    bound = Bound(len(values), len(prepared), many)
    values += [field.get_db_prep_value(each, connection, prepared=True) for each in prepared]
    return name, bound


@lru_cache(STATEMENTS_MAX)
def _compiled(
    _vendor: str,
    query: Query,
    plan: Plan,
    terms: tuple[Term, ...],
    others: tuple[Term, ...],
    where: Q | None,
    order: tuple[str, ...],
    start: int,
    stop: int | None,
) -> Statement | None:
    """None where nothing can be found."""
    condition, alternatives = plan.where & (where or Q()), Q()
    for term in terms:
        condition &= _condition(plan, *term)
    for term in others:
        alternatives |= _condition(plan, *term)
    rows = query(plan, condition & alternatives, order)[start:stop]
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    columns = [selected[0] for selected in compiler.select]
    converted = ((at, column) for at, column in enumerate(columns) if needs_converting(column))
    return Statement(sql, tuple(parameters), tuple(converted))


def _condition(plan: Plan, name: str, value: Bound | Literal) -> Q:
    if isinstance(value, Literal):
        wanted = value.value
    else:
        wanted = Place(value, _field(plan, name)) if value.count else ()
    return Q((f"{name}__in" if value.many else name, wanted))


def _field(plan: Plan, name: str) -> Field:
    found = plan.model._meta.pk if name in ("id", "pk") else plan.model._meta.get_field(name)
    return cast("Field", found)
