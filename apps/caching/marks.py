"""What an event says to caches: which tags it changed, from the old row and the new, by one function."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache, partial

from apps.events.models import Event
from apps.events.touches import Touch
from apps.events.tracked import tracked_models

from .tags import (
    ANY,
    BOTH,
    HIDDEN,
    PAGE,
    PRESENCE,
    ROOT,
    SEEN,
    above,
    column_tag,
    event_tag,
    key_tag,
    place_tag,
)

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
    """The marks of what one event touched. What readers may no longer see is GONE, all else CHANGED; ROOT
    changes with every event, whatever it is about."""
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


def marks_of_event(event: Event, presence: Presence) -> Marks:
    """What it touched, and that there is one more of its type."""
    marks = marks_of(event.touched(), presence)
    own = event_tag(event.type)
    return Marks({**dict.fromkeys((own, *above(own)), State.CHANGED), **marks.exact}, marks.below)


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
    for side in _sides(touch, presence):
        for tag, comes_or_goes in _sets(touch, came_or_went=decided or touch.op != "~"):
            for column, each in (columns | rows if comes_or_goes else columns).items():
                yield tag(side + column), each
        for key, (old, new) in touch.keys.items():
            if touch.id is not None and (decided or old != new):
                yield place_tag(touch.entity, key, touch.id, side), State.CHANGED


def _sets(touch: Touch, *, came_or_went: bool) -> Iterator[tuple[Callable[[str], str], bool]]:
    """The sets of rows that it is about, from column to tag, and whether the row comes or goes there."""
    if touch.id is None:
        yield partial(column_tag, touch.entity), True  # some may have left one key for another
        return
    yield partial(key_tag, touch.entity, "id", touch.id), came_or_went
    for key, (old, new) in touch.keys.items():
        moved = touch.op == "~" and old != new
        for value in (old, new) if moved else (old if touch.op == "-" else new,):
            yield partial(key_tag, touch.entity, key, value), came_or_went or moved


def _sides(touch: Touch, presence: Collection[str]) -> Collection[str]:
    """Whether it is of the rows that readers see, of the others, or passed from one to the other."""
    if touch.seen is None:
        return BOTH if presence else (SEEN,)
    was, is_now = touch.seen
    sides = (is_now,) if touch.op == "+" else (was,) if touch.op == "-" else (was, is_now)
    return {SEEN if each else HIDDEN for each in sides}


def makes_gone(event: Event) -> bool:
    """Whether an event takes something from readers: then its writer waits until all have heard."""
    marks = marks_of_event(event, presence_of_models())
    return State.GONE in marks.exact.values() or State.GONE in marks.below.values()
