"""The registry of actions: the functions that write, and the only ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

ACTIONS: dict[str, Callable[..., object]] = {}


def action[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Declare a function that records changes. Its name is an imperative (`publish_document`), its
    event the past tense (`document_published`); it takes `operation_id` by keyword."""
    ACTIONS[f"{function.__module__}.{function.__qualname__}"] = function
    return function


class RefusedError(Exception):
    """What was asked is not allowed as it stands; nothing was written. `message` is for people,
    `field` names the form field it is about ('' for the whole)."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def refuse_other(value: str, allowed: Collection[str], field: str = "") -> None:
    """Raises RefusedError for a value that is none of those allowed."""
    if value not in allowed:
        text = _("“%(value)s” is not allowed here: %(allowed)s.")
        raise RefusedError(text % {"value": value, "allowed": ", ".join(allowed)}, field)


def refuse_overtaken(row: object, was: Mapping[str, Any] | None) -> None:
    """Under the lock: raises RefusedError where what somebody replaces (`was`, by attribute) is not what they
    saw any more. None: they replace whatever it is."""
    if was and any(getattr(row, name) != value for name, value in was.items()):
        raise RefusedError(_("Somebody else saved this at the same moment. Look at it and save again."))
