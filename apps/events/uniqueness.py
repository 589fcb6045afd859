"""Uniqueness across streams: writers of two streams cannot see each other, so the database decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from .actions import RefusedError


@contextmanager
def refuse_taken(message: str, field: str) -> Iterator[None]:
    """Around the one write that a unique column may refuse, inside `record`: RefusedError instead.

    No look beforehand is needed, and none would do. Foreign keys are checked at commit, so what
    fails here is uniqueness.
    """
    try:
        yield
    except IntegrityError as error:
        raise RefusedError(message, field) from error
