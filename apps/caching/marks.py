"""What an event says to caches: which tags it changed, from the old row and the new, by one function."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

from apps.events.models import Event
from apps.events.touches import Touch
from apps.events.tracked import tracked_models

from .tags import PAGE, PRESENCE, ROOT, above, column_tag, key_tag

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
    came_or_went = touch.op != "~" or any(name in presence for name in touch.fields)
    state = State.GONE if touch.op == "-" or (touch.op == "~" and came_or_went) else State.CHANGED
    if touch.id is None:
        for column in (*touch.fields, *([PRESENCE] if came_or_went else ())):
            yield column_tag(touch.entity, column), state
        if touch.op == "~":  # some may have left one key for another
            yield column_tag(touch.entity, PRESENCE), state
        return
    columns = (*touch.fields, PRESENCE) if came_or_went else touch.fields
    for column in columns:
        yield key_tag(touch.entity, "id", touch.id, column), state
    for key, (old, new) in touch.keys.items():
        moved = touch.op == "~" and old != new
        for value in (old, new) if moved else (old if touch.op == "-" else new,):
            for column in (*columns, *([PRESENCE] if moved and not came_or_went else ())):
                yield key_tag(touch.entity, key, value, column), state


def makes_gone(event: Event) -> bool:
    """Whether an event takes something from readers: then its writer waits until all have heard."""
    marks = marks_of(event.touched(), presence_of_models())
    return State.GONE in marks.exact.values() or State.GONE in marks.below.values()
