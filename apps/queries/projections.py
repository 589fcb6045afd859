"""Projections: what is read of a model, declared once; columns, SQL and tags follow from it.

    @projection(Document, stream="handbook_id", where=readable())
    class DocumentLink:
        id: UUID
        title: str
        path: str

    one(DocumentLink, handbook_id, path="a/b")              # or None
    select(DocumentLink, handbook_id, parent_id=parents, order=("position", "id"))

A query by equality with a declared key (or `id`) depends on which rows have that key, and on the columns
it reads, filters and sorts by among them. Any other query depends on whole columns and is reported.
Related columns (`column("source__title")`) depend on the row they are of, `has(...)` on which rows there
are. Conditions and orders are over the model's own columns: a row that a related one filtered out would be
known to nobody; read such columns and filter what was read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, cast, dataclass_transform, get_type_hints
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.caching.reads import current_reads
from apps.caching.tags import PRESENCE, ROOT, column_tag, key_tag
from apps.events.touches import plain
from apps.events.tracked import Tracked

COLUMN, HAS = "column", "has"
LOOKUPS: Final = frozenset(models.Field.class_lookups)
ALL: Final = Q()


@dataclasses.dataclass(frozen=True)
class Related:
    """A column of another row: the one that `way` leads to, whose id is read as `id_path`."""

    model: type[Tracked]
    id_path: str
    column: str


@dataclasses.dataclass(frozen=True)
class Has:
    """Whether rows of `model` that readers see point here with `key`."""

    model: type[Tracked]
    key: str
    where: Q


@dataclasses.dataclass(frozen=True)
class Plan:
    """What was worked out of a projection's declaration."""

    model: type[Tracked]
    stream: str  # the column that names the stream
    where: Q
    paths: tuple[str, ...]  # as values_list() takes them, one for each field
    own: tuple[str, ...]  # columns of the model itself
    related: tuple[Related, ...]
    has: dict[str, Has]
    id_at: int  # where in a row its primary key stands
    fields: int


COARSE: Final[dict[str, str]] = {}  # what reads whole columns: projection and filters -> its tags


def column(path: str) -> Any:
    """A field that is read from `path` (`source__title`), not from the column of its own name."""
    return dataclasses.field(metadata={COLUMN: path})


def has(model: type[Tracked], key: str, where: Q = ALL) -> Any:
    """A field that says whether rows of `model` name this row with their `key`."""
    return dataclasses.field(metadata={HAS: Has(model, key, where)})


@dataclass_transform(frozen_default=True, field_specifiers=(column, has))
def projection[T](model: type[Tracked], *, stream: str, where: Q = ALL) -> Any:
    """Make the class a frozen dataclass over `model`. `stream` names the column with the stream's id;
    `where` holds for every row."""

    def declare(cls: type[T]) -> type[T]:
        declared = dataclasses.dataclass(frozen=True, slots=True)(cls)
        declared.plan = _plan(declared, model, stream, where)  # type: ignore[attr-defined]
        return declared

    return declare


def _plan(cls: Any, model: type[Tracked], stream: str, where: Q) -> Plan:
    get_type_hints(cls)
    paths, has_fields = [], {}
    for field in dataclasses.fields(cls):
        if HAS in field.metadata:
            has_fields[f"has_{field.name}"] = field.metadata[HAS]
            paths.append(f"has_{field.name}")
        else:
            paths.append(field.metadata.get(COLUMN, field.name))
    key = model._meta.pk.attname
    paths = [key if path in ("id", "pk") else path for path in paths]
    own, related = [], []
    for path in paths:
        if path in has_fields:
            continue
        if "__" in path:
            related.append(_related(model, path))
        else:
            own.append(_attname(model, path))
    own += [_attname(model, path) for path in _columns_of(where)]
    own += [each.id_path for each in related]
    if len(set(paths)) < len(paths):
        raise TypeError(f"{cls.__name__}: two fields are read from one column: {', '.join(paths)}")
    for each in has_fields.values():
        _require_key(each.model, each.key)
    extra = [each.id_path for each in related if each.id_path not in paths]
    wanted = list(dict.fromkeys([*paths, *extra, key]))
    return Plan(
        model,
        _attname(model, stream) if stream != "id" else key,
        where,
        tuple(wanted),
        tuple(dict.fromkeys(own)),
        tuple(dict.fromkeys(related)),
        has_fields,
        wanted.index(key),
        len(paths),
    )


def _attname(model: type[models.Model], name: str) -> str:
    if "__" in name:
        raise TypeError(f"{name!r}: only columns of {model.__name__} itself are allowed here")
    field = model._meta.pk if name in ("id", "pk") else model._meta.get_field(name)
    return str(field.attname)  # type: ignore[union-attr]


def _require_key(model: type[Tracked], name: str) -> str:
    """Events tell the old and new values of declared keys alone."""
    attname = _attname(model, name)
    if attname not in model.keys and attname != model._meta.pk.attname:
        raise TypeError(f"{name!r} is no declared key of {model.__name__}: {', '.join(model.keys)}")
    return attname


def _related(model: type[Tracked], path: str) -> Related:
    """One step along a foreign key, or along a one-to-one row that shares the key."""
    step, _, name = path.partition("__")
    field = model._meta.get_field(step)
    target = field.related_model
    if not (isinstance(target, type) and issubclass(target, Tracked)) or "__" in name:
        raise TypeError(f"{path!r}: one step to a tracked model is allowed")
    id_path = field.attname if isinstance(field, models.ForeignKey) else model._meta.pk.attname
    return Related(target, id_path, _attname(target, name))


def _columns_of(where: Q) -> Iterator[str]:
    """The columns a condition looks at, lookups (`__in`, `__isnull`, ...) taken off."""
    for child in where.children:
        if isinstance(child, Q):
            yield from _columns_of(child)
        else:
            yield _without_lookup(cast("tuple[str, Any]", child)[0])


def _without_lookup(path: str) -> str:
    name, separator, lookup = path.rpartition("__")
    return name if separator and lookup in LOOKUPS else path


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
    condition = plan.where & where & Q(**{plan.stream: stream})
    for name, value in keys.items():
        condition &= _equals(name, value)
    if any_of:
        alternatives = Q()
        for name, values in any_of.items():
            alternatives |= _equals(name, values)
        condition &= alternatives
    rows = _rows(plan, condition, order)
    if start or most is not None:
        rows = rows[start : None if most is None else start + most]
    found = list(rows)
    if reads is not None:
        looked_at = (*_columns_of(where), *(name.lstrip("-") for name in order), *keys, *any_of)
        reads.note(stream, _tags(plan, cls.__name__, keys, any_of, looked_at, found))
    return [cls(*row[: plan.fields]) for row in found]


def _rows(plan: Plan, condition: Q, order: Sequence[str]) -> QuerySet[Any, Any]:
    rows = plan.model._default_manager.filter(condition)
    for name, each in plan.has.items():
        below = each.model._default_manager.filter(each.where, **{each.key: OuterRef("pk")})
        rows = rows.annotate(**{name: Exists(below)})
    return rows.order_by(*order).values_list(*plan.paths)


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
    at = plan.paths.index(_attname(plan.model, key))
    found: dict[Any, list[Any]] = {value: [] for value in values}
    for row in _rows(plan, plan.where & Q(**{plan.stream: stream}) & _equals(key, list(values)), order):
        found[row[at]].append(row)
    looked_at = (*(name.lstrip("-") for name in order), key)
    return {
        value: Group(
            tuple(cls(*row[: plan.fields]) for row in rows),
            frozenset(_tags(plan, cls.__name__, {key: value}, {}, looked_at, rows)),
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
    found = list(plan.model._default_manager.filter(plan.where, pk__in=streams).values_list(*plan.paths))
    if reads is not None:
        for stream in streams:
            own = [row for row in found if row[plan.id_at] == stream]
            reads.note(stream, _tags(plan, cls.__name__, {"id": stream}, {}, (), own))
    return [cls(*row[: plan.fields]) for row in found]


def depends_on(stream: UUID, model: type[Tracked], key: str, values: Collection[Any], *columns: str) -> None:
    """For a statement of one's own: it reads which rows have these values of `key`, and these columns of
    them. The stream was watched before by what came first."""
    reads = current_reads()
    if reads is not None:
        reads.note(
            stream,
            {key_tag(model.entity, key, value, each) for value in values for each in (*columns, PRESENCE)},
        )


def depends_on_all(stream: UUID, model: type[Tracked], *columns: str) -> None:
    """For a statement of one's own that looks through all rows. Call it before the statement."""
    reads = current_reads()
    if reads is not None:
        reads.watch(stream)
        reads.note(stream, {column_tag(model.entity, each) for each in (*columns, PRESENCE)})


def depends_on_everything(stream: UUID) -> None:
    """Any event of the stream changes what is read. Call it before the statement."""
    reads = current_reads()
    if reads is not None:
        reads.watch(stream)
        reads.note(stream, {ROOT})


def _equals(name: str, value: Any) -> Q:
    return Q(**{f"{name}__in": value} if isinstance(value, (list, tuple, set, frozenset)) else {name: value})


def _tags(
    plan: Plan,
    name: str,
    keys: Mapping[str, Any],
    any_of: Mapping[str, Collection[Any]],
    looked_at: Collection[str],
    found: Collection[Any],
) -> set[str]:
    """What a query depends on that found these rows."""
    model = plan.model
    own = {*plan.own, *(_attname(model, each) for each in looked_at)}
    columns = {*(own - {*model.presence, model._meta.pk.attname}), PRESENCE}
    groups = any_of or _narrowest(model, keys)
    tags: set[str] = set()
    if groups is None:
        tags |= {column_tag(model.entity, each) for each in columns}
        COARSE[f"{name}({', '.join(sorted(keys)) or 'all'})"] = ", ".join(sorted(tags))
    else:
        for key, value in groups.items():
            attname = _require_key(model, key)
            label = "id" if attname == model._meta.pk.attname else attname
            among = columns - {label}  # whose change moves a row to another key: PRESENCE tells
            texts = [_as_in_events(model, attname, each) for each in _each(value)]
            tags |= {key_tag(model.entity, label, each, column) for each in texts for column in among}
    for each in plan.has.values():
        seen = {_attname(each.model, path) for path in _columns_of(each.where)} - {*each.model.presence}
        attname = _attname(each.model, each.key)
        ids = [row[plan.id_at] for row in found]
        tags |= {key_tag(each.model.entity, attname, id, name) for id in ids for name in (*seen, PRESENCE)}
    for related in plan.related:
        tags |= _related_tags(related, plan, found)
    return tags


def _each(value: Any) -> Collection[Any]:
    return value if isinstance(value, (list, tuple, set, frozenset)) else (value,)


def _related_tags(related: Related, plan: Plan, found: Collection[Any]) -> set[str]:
    """PRESENCE too: a one-to-one row may come later."""
    entity, at = related.model.entity, plan.paths.index(related.id_path)
    columns = {related.column, PRESENCE} - {*related.model.presence}
    return {key_tag(entity, "id", row[at], column) for row in found for column in columns}


def _as_in_events(model: type[Tracked], attname: str, value: Any) -> Any:
    """A key's value as touches tell it, however the query spelt it."""
    if isinstance(value, models.Model):
        value = value.pk
    field = cast("models.Field[Any, Any]", model._meta.get_field(attname))
    return None if value is None else plain(field.to_python(value))


def _narrowest(model: type[Tracked], keys: Mapping[str, Any]) -> dict[str, Any] | None:
    """The key to depend on: the row's own id, else the declared key with the fewest values."""
    usable = {}
    for name, value in keys.items():
        attname = _attname(model, name)
        if attname == model._meta.pk.attname:
            return {name: value}
        if attname in model.keys:
            usable[name] = value
    if not usable:
        return None

    name = min(usable, key=lambda each: len(_each(usable[each])))
    return {name: usable[name]}
