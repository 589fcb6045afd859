"""What events tell of a change, held against what really changed in the tables."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from apps.caching.marks import DROPPED
from apps.events.models import Event
from apps.events.touches import Touch, combine
from apps.events.tracked import meets, tracked_models
from tests.contract.snapshot import Rows

KEYS = {model.entity: model.keys for model in tracked_models()}
VISIBLE = {model.entity: model.visible for model in tracked_models()}
type Place = tuple[str, str]


def touches_told(events: Iterable[Event]) -> Iterator[Touch]:
    """Each touch of a row once, in order, though a change is told on each of its streams."""
    told: set[tuple[str, int]] = set()
    heard: Counter[tuple[Any, str]] = Counter()
    for event in events:
        text = json.dumps([event.type, str(event.operation_id), str(event.about_id), event.touches])
        heard[event.stream_id, text] += 1
        copy = (text, heard[event.stream_id, text])
        if copy not in told:
            told.add(copy)
            yield from (touch for touch in event.touched() if touch.entity != DROPPED)


def differences(before: Rows, after: Rows) -> dict[Place, Touch]:
    """What an exact log would tell: one touch for each row that is not as it was."""
    found = {}
    for place in before.keys() | after.keys():
        old, new = before.get(place), after.get(place)
        if old != new:
            op = "+" if old is None else "-" if new is None else "~"
            fields = sorted(name for name in old if old[name] != new[name]) if old and new else []
            keys = {name: (old and old[name], new and new[name]) for name in KEYS[place[0]]}
            seen = _is_visible(place[0], old), _is_visible(place[0], new)
            found[place] = Touch(
                *(place[0], op, tuple(fields), place[1], keys),  # type: ignore[arg-type]
                seen=seen if VISIBLE[place[0]] else None,
            )
    return found


def _is_visible(entity: str, row: dict[str, Any] | None) -> bool:
    return row is not None and meets(VISIBLE[entity], lambda column: row[column])


def check(before: Rows, after: Rows, events: Iterable[Event]) -> None:
    """Nothing missed, nothing extra: named rows exactly, rolled up rows by their number and fields."""
    changed = differences(before, after)
    named: dict[Place, Touch] = {}
    rolled = []
    for touch in touches_told(events):
        if touch.id is None:
            rolled.append(touch)
            continue
        earlier = named.pop((touch.entity, touch.id), None)
        both = combine(earlier, touch) if earlier else touch
        if both is not None:
            named[touch.entity, touch.id] = both
    assert named == {place: touch for place, touch in changed.items() if place in named}
    _check_rolled(rolled, [touch for place, touch in changed.items() if place not in named], before | after)


def _check_rolled(rolled: list[Touch], unnamed: list[Touch], rows: Rows) -> None:
    kinds = {(touch.entity, touch.op, touch.seen) for touch in (*rolled, *unnamed)}
    for entity, op, seen in kinds:
        told = [touch for touch in rolled if (touch.entity, touch.op, touch.seen) == (entity, op, seen)]
        real = [touch for touch in unnamed if (touch.entity, touch.op, touch.seen) == (entity, op, seen)]
        assert sum(touch.count for touch in told) == len(real), (entity, op)
        assert _fields(told) == _fields(real), (entity, op)
        for touch in told:
            if touch.within:
                inside = [one for one in real if _is_below(rows, one, touch.within)]
                assert len(inside) == touch.count, (entity, op, "within")
                assert _fields(inside) == set(touch.fields), (entity, op, "within")


def _fields(touches: Iterable[Touch]) -> set[str]:
    return {name for touch in touches for name in touch.fields}


def _is_below(rows: Rows, touch: Touch, root: str) -> bool:
    """Whether the row is of the document `root` or of one below it."""
    row = rows[touch.entity, touch.id or ""]
    above = touch.id if touch.entity == "document" else row.get("document_id") or row.get("source_id")
    while above is not None and above != root:
        above = rows["document", above]["parent_id"]
    return above == root
