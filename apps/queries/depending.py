"""What a query depends on: tags from its plan, its keys and the rows that it found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, cast
from uuid import UUID

from django.db import models

from apps.caching.reads import current_reads
from apps.caching.tags import PRESENCE, ROOT, column_tag, key_tag
from apps.events.touches import plain
from apps.events.tracked import Tracked

from .plans import Plan, Related, attname_of, columns_of, require_key

COARSE: Final[dict[str, str]] = {}  # what reads whole columns: projection and filters -> its tags


def tags_of(
    plan: Plan,
    name: str,
    keys: Mapping[str, Any],
    any_of: Mapping[str, Collection[Any]],
    looked_at: Collection[str],
    found: Collection[Any],
) -> set[str]:
    """What a query depends on that found these rows."""
    model = plan.model
    own = {*plan.own, *(attname_of(model, each) for each in looked_at)}
    columns = {*(own - {*model.presence, model._meta.pk.attname}), PRESENCE}
    groups = any_of or _narrowest(model, keys)
    tags: set[str] = set()
    if groups is None:
        tags |= {column_tag(model.entity, each) for each in columns}
        COARSE[f"{name}({', '.join(sorted(keys)) or 'all'})"] = ", ".join(sorted(tags))
    else:
        for key, value in groups.items():
            attname = require_key(model, key)
            label = "id" if attname == model._meta.pk.attname else attname
            among = columns - {label}  # whose change moves a row to another key: PRESENCE tells
            texts = [_as_in_events(model, attname, each) for each in each_of(value)]
            tags |= {key_tag(model.entity, label, each, column) for each in texts for column in among}
    for each in plan.has.values():
        seen = {attname_of(each.model, path) for path in columns_of(each.where)} - {*each.model.presence}
        attname = attname_of(each.model, each.key)
        ids = [row[plan.id_at] for row in found]
        tags |= {key_tag(each.model.entity, attname, id, name) for id in ids for name in (*seen, PRESENCE)}
    for related in plan.related:
        tags |= _related_tags(related, plan, found)
    return tags


def each_of(value: Any) -> Collection[Any]:
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
        attname = attname_of(model, name)
        if attname == model._meta.pk.attname:
            return {name: value}
        if attname in model.keys:
            usable[name] = value
    if not usable:
        return None

    name = min(usable, key=lambda each: len(each_of(usable[each])))
    return {name: usable[name]}


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
