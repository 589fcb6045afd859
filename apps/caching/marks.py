"""What an event says to caches: which tags it changed, from the old row and the new, by one function."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import Any

from apps.events.models import Event
from apps.events.touches import Touch
from apps.events.tracked import tracked_models

from .tags import ANY, BOTH, HIDDEN, PAGE, PRESENCE, ROOT, SEEN, above, column_tag, key_tag

DROPPED = "tag"  # the entity of a touch that drops a tag by hand: its id is the tag, a field the state
WARM = "warm"  # beside or instead of the state: what has the tag is to be made anew at once


class State(IntEnum):
    """Of something cached; the greater the number, the less it may be used.

    FRESH is served. EXPIRED (its time is over, or somebody asks to renew) is served while one
    renews it. CHANGED is never served by a process that has heard, except where rendering fails. GONE never.
    """

    FRESH = 0
    EXPIRED = 1
    CHANGED = 2
    GONE = 3


@dataclass(frozen=True)
class Marks:
    """`exact`: tags as they are. `below`: tags with all that is below them."""

    exact: Mapping[str, State] = field(default_factory=dict)
    below: Mapping[str, State] = field(default_factory=dict)


type Presence = Mapping[str, Collection[str]]  # entity -> columns that decide whether readers see a row


@cache
def presence_of_models() -> Presence:
    return {model.entity: frozenset(model.presence) for model in tracked_models()}


def marks_of(touches: Iterable[Touch], presence: Presence) -> Marks:
    """The marks of one event. What readers may no longer see is GONE, all else CHANGED; ROOT changes
    with every event, whatever it is about."""
    exact: dict[str, State] = {ROOT: State.CHANGED}
    below: dict[str, State] = {}
    for touch in touches:
        if touch.entity == DROPPED:
            for name in touch.fields:
                if name in State.__members__:
                    _drop(exact, below, touch.id or ROOT, State[name])
            continue
        known = presence.get(touch.entity, ())
        for tag, state in _leaves(touch, known):
            if touch.id is None:  # many rows, not named
                _drop(exact, below, tag, state)
            else:
                for each in (tag, *above(tag)):
                    _mark(exact, each, state)
    return Marks(exact, below)


def _drop(exact: dict[str, State], below: dict[str, State], tag: str, state: State) -> None:
    """What depends on a tag above sees it too, but for pages: one is no part of the one above it."""
    _mark(below, tag, state)
    for each in above(tag):
        if not each.startswith(f"{PAGE}:"):
            _mark(exact, each, state)


def _mark(marks: dict[str, State], tag: str, state: State) -> None:
    marks[tag] = max(state, marks.get(tag, State.FRESH))


def _leaves(touch: Touch, presence: Collection[str]) -> Iterator[tuple[str, State]]:
    """GONE is what shows a row that readers may no longer see; whether there is one shows nothing of it."""
    decided = touch.op == "~" and any(name in presence for name in touch.fields)
    goes = touch.op == "-" or (decided and touch.seen in (None, (True, False)))
    state = State.GONE if goes else State.CHANGED
    columns, rows = dict.fromkeys(touch.fields, state), {PRESENCE: state, ANY: State.CHANGED}
    if touch.op != "~" or decided or touch.id is None:  # of many, some may have left one key for another
        columns |= rows
    keys = {key: _values(touch, *pair) for key, pair in touch.keys.items()}
    moved = {key: rows for key, values in keys.items() if len(values) > 1}
    among = {key: columns | moved.get(key, {}) for key in keys}
    of_row = columns | ({ANY: State.CHANGED} if moved else {})
    for side in _sides(touch, presence):
        if touch.id is None:
            yield from ((column_tag(touch.entity, side + each), state) for each, state in columns.items())
            continue
        for each, state in of_row.items():
            yield key_tag(touch.entity, "id", touch.id, side + each), state
        for key, values in keys.items():
            for value in values:
                for each, state in among[key].items():
                    yield key_tag(touch.entity, key, value, side + each), state


def _values(touch: Touch, old: Any, new: Any) -> tuple[Any, ...]:
    moved = touch.op == "~" and old != new
    return (old, new) if moved else (old if touch.op == "-" else new,)


def _sides(touch: Touch, presence: Collection[str]) -> Collection[str]:
    """Whether it was among the rows that readers see, among the others, or has passed from one to the other."""
    if touch.seen is None:
        return BOTH if presence else (SEEN,)
    was, is_now = touch.seen
    sides = (is_now,) if touch.op == "+" else (was,) if touch.op == "-" else (was, is_now)
    return {SEEN if each else HIDDEN for each in sides}


def makes_gone(event: Event) -> bool:
    """Whether an event takes something from readers: then its writer waits until all have heard."""
    marks = marks_of(event.touched(), presence_of_models())
    return State.GONE in marks.exact.values() or State.GONE in marks.below.values()
