"""What a query depends on: tags from its plan, its keys and the rows that it found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, cast
from uuid import UUID

from django.db import models
from django.db.models import Q

from apps.caching.reads import current_reads
from apps.caching.tags import (
    ANY,
    BOTH,
    HIDDEN,
    PRESENCE,
    ROOT,
    SEEN,
    column_tag,
    event_tag,
    key_tag,
    place_tag,
)
from apps.events.touches import plain
from apps.events.tracked import Tracked, meets

from .plans import ALL, Has, Plan, Related, attname_of, columns_of, require_key, sides_of

EXACT_MAX: Final = (
    500  # rows whose related ones are each told apart; of more, any change of the column counts
)
COARSE: Final[dict[str, str]] = {}  # what reads whole columns: projection and filters -> its tags


def tags_of(
    plan: Plan,
    name: str,
    keys: Mapping[str, Any],
    any_of: Mapping[str, Collection[Any]],
    where: Q,
    looked_at: Collection[str],
    found: Collection[Any],
) -> set[str]:
    """What a query depends on that found these rows, by the plan narrowed by `where`."""
    model = plan.model
    own = {*plan.own, *(attname_of(model, each) for each in looked_at)}
    columns = {*(own - {*model.presence, model._meta.pk.attname}), PRESENCE}
    sides = plan.sides if where is ALL else sides_of(model, plan.where & where)
    groups = any_of or _narrowest(model, keys)
    tags: set[str] = set()
    if groups is None:
        tags |= {column_tag(model.entity, side + each) for each in columns for side in sides}
        COARSE[f"{name}({', '.join(sorted(keys)) or 'all'})"] = ", ".join(sorted(tags))
    else:
        for key, value in groups.items():
            attname = require_key(model, key)
            label = "id" if attname == model._meta.pk.attname else attname
            among = columns - {label}  # whose change moves a row to another key: PRESENCE tells
            texts = [_as_in_events(model, attname, each) for each in each_of(value)]
            read = [side + column for column in among for side in sides]
            tags |= {key_tag(model.entity, label, each, column) for each in texts for column in read}
    for path, has in plan.has.items():
        at = plan.paths.index(path)
        for row in found:
            tags |= _has_tags(has, row[plan.id_at], row[at])
    for related in plan.related:
        tags |= _related_tags(related, plan, name, found)
    return tags


def each_of(value: Any) -> Collection[Any]:
    return value if isinstance(value, (list, tuple, set, frozenset)) else (value,)


def _has_tags(has: Has, id: Any, witness: Any) -> set[str]:
    """There is one while the row that was found stays as it is; where none was found, until one comes."""
    model, attname = has.model, attname_of(has.model, has.key)
    read = {attname_of(model, path) for path in columns_of(has.where)} - {*model.presence, attname}
    if witness is None:
        return {
            key_tag(model.entity, attname, id, side + each) for each in (*read, ANY) for side in has.sides
        }
    return {
        *(key_tag(model.entity, "id", witness, side + each) for each in read for side in has.sides),
        *(place_tag(model.entity, attname, witness, side) for side in has.sides),
    }


def _related_tags(related: Related, plan: Plan, name: str, found: Collection[Any]) -> set[str]:
    """PRESENCE too: a one-to-one row may come later."""
    entity, at = related.model.entity, plan.paths.index(related.id_path)
    columns = {related.column, PRESENCE} - {*related.model.presence}
    sides = _sides_of_related(related, plan)
    if len(found) > EXACT_MAX:
        both = {side for row in found for side in sides(row)}
        tags = {column_tag(entity, side + column) for side in both for column in columns}
        COARSE[f"{name}({related.path} of many)"] = ", ".join(sorted(tags))
        return tags
    return {
        key_tag(entity, "id", row[at], side + column)
        for row in found
        for side in sides(row)
        for column in columns
    }


def _sides_of_related(related: Related, plan: Plan) -> Callable[[Any], Collection[str]]:
    """Where a row tells whether readers see its related one, it is known what happens to it next: what takes
    it to the other side is told on both."""
    visible = related.model.visible
    if not visible:
        return lambda _row: (SEEN,)
    step = related.path.removesuffix(related.path.partition("__")[2])
    at = {each.column: plan.paths.index(each.path) for each in plan.related if each.path.startswith(step)}
    if not related.sure or not {*related.model.presence} <= at.keys():
        return lambda _row: BOTH
    return lambda row: (SEEN,) if meets(visible, lambda column: row[at[column]]) else (HIDDEN,)


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
        attname = attname_of(model, name)
        if attname == model._meta.pk.attname:
            return {name: value}
        if attname in model.keys:
            usable[name] = value
    if not usable:
        return None

    name = min(usable, key=lambda each: len(each_of(usable[each])))
    return {name: usable[name]}


def depends_on(
    stream: UUID, model: type[Tracked], key: str, values: Collection[Any], *columns: str, where: Q = ALL
) -> None:
    """For a statement of one's own: it reads which rows have these values of `key`, and these columns of
    them; all that it reads meet `where`. The stream was watched before by what came first."""
    reads = current_reads()
    if reads is not None:
        read = _columns_read(model, columns, where)
        reads.note(stream, {key_tag(model.entity, key, value, each) for value in values for each in read})


def depends_on_all(stream: UUID, model: type[Tracked], *columns: str, by: str, where: Q = ALL) -> None:
    """For a statement of one's own that looks through all rows that meet `where`, reported as `by`. Call it
    before the statement."""
    reads = current_reads()
    if reads is not None:
        reads.watch(stream)
        tags = {column_tag(model.entity, each) for each in _columns_read(model, columns, where)}
        reads.note(stream, tags)
        COARSE[f"{by}({model.__name__})"] = ", ".join(sorted(tags))


def _columns_read(model: type[Tracked], columns: Collection[str], where: Q) -> list[str]:
    columns = {*columns, *(attname_of(model, path) for path in columns_of(where)), PRESENCE}
    return [side + each for each in columns - {*model.presence} for side in sides_of(model, where)]


def depends_on_events(stream: UUID, types: Iterable[str]) -> None:
    """For a statement of one's own that looks through the log's events of these types. Call it before the
    statement."""
    reads = current_reads()
    if reads is not None:
        reads.watch(stream)
        reads.note(stream, {event_tag(each) for each in types})


def depends_on_everything(stream: UUID) -> None:
    """Any event of the stream changes what is read. Call it before the statement."""
    reads = current_reads()
    if reads is not None:
        reads.watch(stream)
        reads.note(stream, {ROOT})
