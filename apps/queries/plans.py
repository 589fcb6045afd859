"""What a projection declares, worked out once: columns, relations, conditions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final, cast, dataclass_transform, get_type_hints

from django.db import models
from django.db.models import Q

from apps.caching.tags import BOTH, SEEN
from apps.events.tracked import Tracked

COLUMN, HAS = "column", "has"
LOOKUPS: Final = frozenset(models.Field.class_lookups)
ALL: Final = Q()


@dataclasses.dataclass(frozen=True)
class Related:
    """A column of another row, read as `path`; its id is read as `id_path`. `sure`: there is such a row
    where there is an id."""

    model: type[Tracked]
    id_path: str
    column: str
    path: str
    sure: bool


@dataclasses.dataclass(frozen=True)
class Has:
    """Whether rows of `model` point here with `key`."""

    model: type[Tracked]
    key: str
    where: Q
    sides: tuple[str, ...]


@dataclasses.dataclass(frozen=True, eq=False)
class Plan:
    """What was worked out of a projection's declaration."""

    model: type[Tracked]
    stream: str  # the column that names the stream
    where: Q
    sides: tuple[str, ...]
    paths: tuple[str, ...]  # as values_list() takes them, one for each field
    own: tuple[str, ...]  # columns of the model itself
    related: tuple[Related, ...]
    has: dict[str, Has]
    id_at: int  # where in a row its primary key stands
    fields: int


def column(path: str) -> Any:
    """A field that is read from `path` (`source__title`), not from the column of its own name."""
    return dataclasses.field(metadata={COLUMN: path})


def has(model: type[Tracked], key: str, where: Q = ALL) -> Any:
    """A field that says whether rows of `model` name this row with their `key`."""
    return dataclasses.field(metadata={HAS: Has(model, key, where, sides_of(model, where))})


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
            related.append(related_of(model, path))
        else:
            own.append(attname_of(model, path))
    own += [attname_of(model, path) for path in columns_of(where)]
    own += [each.id_path for each in related]
    if len(set(paths)) < len(paths):
        raise TypeError(f"{cls.__name__}: two fields are read from one column: {', '.join(paths)}")
    stream = attname_of(model, stream)
    for each in has_fields.values():
        require_key(each.model, each.key)
    others = [each.model for each in related if each.id_path != stream]
    if stream != key:  # what points at the row that the stream is of is told there
        others += [each.model for each in has_fields.values()]
    _require_one_stream(cls.__name__, model, stream, others)
    extra = [each.id_path for each in related if each.id_path not in paths]
    wanted = list(dict.fromkeys([*paths, *extra, key]))
    return Plan(
        model,
        stream,
        where,
        sides_of(model, where),
        tuple(wanted),
        tuple(dict.fromkeys(own)),
        tuple(dict.fromkeys(related)),
        has_fields,
        wanted.index(key),
        len(paths),
    )


def attname_of(model: type[models.Model], name: str) -> str:
    if "__" in name:
        raise TypeError(f"{name!r}: only columns of {model.__name__} itself are allowed here")
    field = model._meta.pk if name in ("id", "pk") else model._meta.get_field(name)
    return str(field.attname)  # type: ignore[union-attr]


def require_key(model: type[Tracked], name: str) -> str:
    """Events tell the old and new values of declared keys alone."""
    attname = attname_of(model, name)
    if attname not in model.keys and attname != model._meta.pk.attname:
        raise TypeError(f"{name!r} is no declared key of {model.__name__}: {', '.join(model.keys)}")
    return attname


def _require_one_stream(name: str, model: type[Tracked], stream: str, others: list[type[Tracked]]) -> None:
    """Tags are noted on one stream: what is told on another would be missed."""
    for other in others:
        columns = {field.attname for field in other._meta.concrete_fields}
        if stream == model._meta.pk.attname or stream not in columns:
            raise TypeError(
                f"{name}: {other.__name__} is told on another stream than {model.__name__}; "
                "read it by a projection of its own"
            )


def related_of(model: type[Tracked], path: str) -> Related:
    """One step along a foreign key, or along a one-to-one row that shares the key."""
    step, _, name = path.partition("__")
    field = model._meta.get_field(step)
    target = field.related_model
    if not (isinstance(target, type) and issubclass(target, Tracked)) or "__" in name:
        raise TypeError(f"{path!r}: one step to a tracked model is allowed")
    sure = isinstance(field, models.ForeignKey)
    id_path = field.attname if isinstance(field, models.ForeignKey) else model._meta.pk.attname
    return Related(target, id_path, attname_of(target, name), path, sure)


def columns_of(where: Q) -> Iterator[str]:
    """The columns a condition looks at, lookups (`__in`, `__isnull`, ...) taken off."""
    for child in where.children:
        if isinstance(child, Q):
            yield from columns_of(child)
        else:
            yield _without_lookup(cast("tuple[str, Any]", child)[0])


def _without_lookup(path: str) -> str:
    name, separator, lookup = path.rpartition("__")
    return name if separator and lookup in LOOKUPS else path


def sides_of(model: type[Tracked], where: Q) -> tuple[str, ...]:
    """Where a condition asks for rows that readers see, what happens to others is no concern."""
    required = list(_required(where))
    return (SEEN,) if all(each in required for each in model.visible.items()) else BOTH


def _required(where: Q) -> Iterator[tuple[str, Any]]:
    """The conditions that every row meets."""
    if where.connector == Q.AND and not where.negated:
        for child in where.children:
            if isinstance(child, Q):
                yield from _required(child)
            else:
                yield cast("tuple[str, Any]", child)
