"""Actions as really concurrent transactions: each stands before its lock when any may take one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from apps.events import unit as unit_module
from apps.events.streams import StreamRef

TIMEOUT_S = 60
_entered = threading.local()


@contextmanager
def meeting(barrier: threading.Barrier) -> Iterator[None]:
    """Each thread's next unit of work waits where it begins until the others' have come as far."""
    original = unit_module.unit

    def unit(*refs: StreamRef) -> Any:
        if getattr(_entered, "waits", False):
            _entered.waits = False
            barrier.wait(TIMEOUT_S)
        return original(*refs)

    unit_module.unit = unit
    try:
        yield
    finally:
        unit_module.unit = original


def waits_next() -> None:
    """Said by a racing thread before its action."""
    _entered.waits = True


def race(*calls: Callable[[], object]) -> list[object]:
    """What each call returned or raised, in the order given."""
    outcomes: list[object] = [None] * len(calls)

    def run(index: int, call: Callable[[], object]) -> None:
        waits_next()
        try:
            outcomes[index] = call()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    with meeting(threading.Barrier(len(calls))):
        threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(TIMEOUT_S)
    return outcomes
