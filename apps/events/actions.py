"""The registry of actions: the functions that write, and the only ones."""

from __future__ import annotations

from collections.abc import Callable

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
