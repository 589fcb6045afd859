"""What is gone is gone everywhere before its writer is told so."""

from __future__ import annotations

from collections.abc import Sequence

from apps.events.models import Event
from apps.events.processes import await_acknowledged

from .marks import makes_gone


def await_gone(events: Sequence[Event]) -> None:
    """After a commit: wait for those events that take something from readers."""
    gone = [event for event in events if makes_gone(event)]
    if gone:
        await_acknowledged(gone)
