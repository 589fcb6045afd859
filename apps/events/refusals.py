"""Refusals that many actions have in common."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from .actions import RefusedError


def refuse_other(value: str, allowed: Collection[str], field: str = "") -> None:
    """Raises RefusedError for a value that is none of those allowed."""
    if value not in allowed:
        text = _("“%(value)s” is not allowed here: %(allowed)s.")
        raise RefusedError(text % {"value": value, "allowed": ", ".join(allowed)}, field)
