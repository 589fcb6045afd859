"""What stands in the tables, to compare before and after."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.db import models

from apps.events.tracked import tracked_models

THROTTLES = ("accounts.Tries", "axes.AccessAttempt")  # a refused try is meant to be counted
type Rows = dict[tuple[str, str], dict[str, Any]]


def tracked_rows() -> Rows:
    """(entity, id) -> every column of every tracked row."""
    return {
        (model.entity, str(row.pk)): columns(row) for model in tracked_models() for row in model.objects.all()
    }


def columns(row: models.Model) -> dict[str, Any]:
    return {field.attname: _plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def every_table() -> dict[str, list[dict[str, Any]]]:
    """Label -> every row of every model, many-to-many tables included; what throttles count aside."""
    return {
        model._meta.label: [columns(row) for row in model._base_manager.order_by("pk")]
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in THROTTLES
    }


def _plain(value: Any) -> Any:
    """As JSON would tell it, so that lists and dicts can be compared and kept."""
    return json.loads(
        json.dumps(
            value, default=lambda other: other.isoformat() if hasattr(other, "isoformat") else str(other)
        )
    )
