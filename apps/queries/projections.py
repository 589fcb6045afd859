"""Projections: what is read of a model, declared once; columns, SQL and tags follow from it.

    @projection(Document, stream="handbook_id", where=readable())
    class DocumentLink:
        id: UUID
        title: str
        path: str

    one(DocumentLink, handbook_id, path="a/b")              # or None
    select(DocumentLink, handbook_id, parent_id=parents, order=("position", "id"))

A query by equality with a declared key (or `id`) depends on which rows have that key, and on the columns
it reads, filters and sorts by among them. Any other query depends on whole columns and is reported. What
asks only for rows that readers see (Tracked.visible) does not depend on the others. Related columns
(`column("source__title")`) depend on the row they are of, those of very many rows on the whole column;
`has(...)` depends on the row that it found, or on there being none. Conditions and orders are over the
model's own columns: a row that a related one filtered out would be known to nobody; read such columns and
filter what was read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from apps.caching.reads import current_reads

from .depending import COARSE, depends_on, depends_on_all, depends_on_events, depends_on_everything, tags_of
from .plans import ALL, Plan, attname_of, column, columns_of, has, projection
from .statements import find

__all__ = [
    "COARSE",
    "column",
    "depends_on",
    "depends_on_all",
    "depends_on_events",
    "depends_on_everything",
    "each_own",
    "has",
    "one",
    "projection",
    "select",
    "select_groups",
]


def one[T](
    cls: type[T],
    stream: UUID,
    *,
    where: Q = ALL,
    order: Sequence[str] = (),
    **keys: Any,
) -> T | None:
    """The first row, None where there is none; both are noted."""
    rows = select(cls, stream, where=where, order=order, most=1, **keys)
    return rows[0] if rows else None


def select[T](
    cls: type[T],
    stream: UUID,
    *,
    where: Q = ALL,
    order: Sequence[str] = (),
    start: int = 0,
    most: int | None = None,
    **keys: Any,
) -> list[T]:
    """Rows whose columns have these values (a list or set: any of them); `where` narrows them further.
    An alternative between keys is told as `any_of={"path": paths, "slug": slugs}`."""
    plan: Plan = cls.plan  # type: ignore[attr-defined]
    any_of: dict[str, Collection[Any]] = keys.pop("any_of", {})
    if not keys and plan.stream == plan.model._meta.pk.attname:
        keys = {"id": stream}
    reads = current_reads()
    if reads is not None:
        reads.watch(stream)
    found = find(
        _rows,
        plan,
        [(plan.stream, stream), *keys.items()],
        any_of.items(),
        where,
        order=order,
        start=start,
        stop=None if most is None else start + most,
    )
    if reads is not None:
        looked_at = (*columns_of(where), *(name.lstrip("-") for name in order), *keys, *any_of)
        reads.note(stream, tags_of(plan, cls.__name__, keys, any_of, where, looked_at, found))
    return _made(cls, plan, found)


def _rows(plan: Plan, condition: Q, order: Sequence[str]) -> QuerySet[Any, Any]:
    rows = plan.model._default_manager.filter(condition)
    for name, each in plan.has.items():
        below = each.model._default_manager.filter(each.where, **{each.key: OuterRef("pk")})
        rows = rows.annotate(**{name: Subquery(below.values("pk")[:1])})
    return rows.order_by(*order).values_list(*plan.paths)


def _made[T](cls: type[T], plan: Plan, rows: Collection[Any]) -> list[T]:
    """Of what `has` asks for, rows hold the id of one."""
    if not plan.has:
        return [cls(*row[: plan.fields]) for row in rows]
    asked = [path in plan.has for path in plan.paths[: plan.fields]]
    return [
        cls(*(value is not None if has else value for value, has in zip(row, asked, strict=False)))
        for row in rows
    ]


@dataclasses.dataclass(frozen=True)
class Group[T]:
    """The rows with one value of a key, and what they depend on."""

    rows: tuple[T, ...]
    tags: frozenset[str]


def select_groups[T](
    cls: type[T], stream: UUID, key: str, values: Collection[Any], order: Sequence[str]
) -> dict[Any, Group[T]]:
    """Like select() by equality with a declared key, in one query for many values, each by itself. The
    caller notes the tags of the groups that it uses; the stream is watched here."""
    plan: Plan = cls.plan  # type: ignore[attr-defined]
    reads = current_reads()
    if reads is not None:
        reads.watch(stream)
    at = plan.paths.index(attname_of(plan.model, key))
    found: dict[Any, list[Any]] = {value: [] for value in values}
    for row in find(_rows, plan, [(plan.stream, stream), (key, list(values))], order=order):
        found[row[at]].append(row)
    looked_at = (*(name.lstrip("-") for name in order), key)
    return {
        value: Group(
            tuple(_made(cls, plan, rows)),
            frozenset(tags_of(plan, cls.__name__, {key: value}, {}, ALL, looked_at, rows)),
        )
        for value, rows in found.items()
    }


def each_own[T](cls: type[T], streams: Collection[UUID]) -> list[T]:
    """For a projection of rows that have a stream each: those of these streams, in one query."""
    plan: Plan = cls.plan  # type: ignore[attr-defined]
    reads = current_reads()
    if reads is not None:
        for stream in streams:
            reads.watch(stream)
    found = list(_rows(plan, plan.where & Q(pk__in=streams), ()))
    if reads is not None:
        for stream in streams:
            own = [row for row in found if row[plan.id_at] == stream]
            reads.note(stream, tags_of(plan, cls.__name__, {"id": stream}, {}, ALL, (), own))
    return _made(cls, plan, found)
