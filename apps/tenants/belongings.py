"""What belongs to a handbook, in whichever room its table stands: found by the columns that say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from apps.events.changes import Change
from apps.events.touches import Touch
from apps.events.tracked import Tracked

COLUMN = "handbook_id"  # a foreign key or a plain id
PERSON = "person_id"


def belongings() -> Iterator[tuple[type[models.Model], str]]:
    """Every model whose rows are of one handbook, with the look-up that leads to its id: those that say
    it by another row before those that the other row is of."""
    every = list(apps.get_models(include_auto_created=True))
    found = {
        model: COLUMN for model in every if COLUMN in [field.attname for field in model._meta.concrete_fields]
    }
    layers = [found]
    while layer := {
        model: f"{field.name}__{layers[-1][field.related_model]}"
        for model in every
        for field in model._meta.concrete_fields
        if model not in found and field.is_relation and field.related_model in layers[-1]
    }:
        layers.append(layer)
        found = found | layer
    for layer in reversed(layers):
        yield from layer.items()


def people_of(handbook_id: UUID) -> list[UUID]:
    """Whose rows are among them: their streams are to hear it too."""
    found: set[UUID] = set()
    for model, lookup in belongings():
        if PERSON in [field.attname for field in model._meta.concrete_fields]:
            rows = model._base_manager.filter(**{lookup: handbook_id}).order_by()
            found.update(rows.values_list(PERSON, flat=True).distinct())
    return sorted(found)


def delete_belongings(change: Change, handbook_id: UUID) -> None:
    """All of them, in one statement a table: foreign keys are looked at when it is committed."""
    quote = connection.ops.quote_name
    for model, lookup in belongings():
        rows = model._base_manager.filter(**{lookup: handbook_id}).order_by()
        touches = _touches(model, rows)
        if not touches and not rows.exists():
            continue
        chosen, params = rows.values("pk").query.sql_with_params()
        key = quote(str(model._meta.pk.column))
        sql = f"DELETE FROM {quote(model._meta.db_table)} WHERE {key} IN ({chosen})"  # noqa: S608
        change.execute(sql, params, touches)


def _touches(model: type[models.Model], rows: models.QuerySet[Any]) -> tuple[Touch, ...]:
    """That these rows go, with how many of them readers saw; nothing for a table that the log passes over."""
    if not issubclass(model, Tracked):
        return ()
    if not model.visible:
        counts: dict[Any, int] = {None: rows.count()}
    else:
        seen = rows.filter(**model.visible).count()
        counts = {(True, False): seen, (False, False): rows.count() - seen}
    return tuple(Touch(model.entity, "-", (), count=n, seen=seen) for seen, n in counts.items() if n)
