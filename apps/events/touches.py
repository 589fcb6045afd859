"""What an event says about the rows it touched: thin, bounded, and exact until it must be rolled up."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

EVENT_MAX_BYTES = 2048
ENVELOPE_BYTES = 480  # the columns around the touches at their longest, with their names
TOUCHES_MAX_BYTES = EVENT_MAX_BYTES - ENVELOPE_BYTES  # of one event; a touch that is longer is rolled up
ROLL_UP_ABOVE = 100  # touches of one change; more are told as one touch an entity

Op = Literal["+", "~", "-"]
Pair = tuple[Any, Any]
Seen = tuple[bool, bool]


@dataclass(frozen=True)
class Touch:
    """One row added (+), changed (~) or removed (-); `id` None: `count` rows of the entity.

    `fields` names the changed columns of a ~; the others mean the whole row. `keys` holds (old, new)
    of the entity's declared keys; None stands for no row. `seen`: whether readers saw the row before, and
    see it after; None: nothing is known of that.
    `within` names the subtree's root where a roll-up is known to stay inside one.
    """

    entity: str
    op: Op
    fields: tuple[str, ...]
    id: str | None = None
    keys: dict[str, Pair] = field(default_factory=dict)
    count: int = 1
    within: str | None = None
    seen: Seen | None = None

    def to_json(self) -> dict[str, Any]:
        thin: dict[str, Any] = {"e": self.entity, "o": self.op, "f": list(self.fields)}
        if self.seen is not None:
            thin["s"] = [int(each) for each in self.seen]
        if self.id is not None:
            return thin | {"i": self.id, "k": {name: list(pair) for name, pair in self.keys.items()}}
        return thin | {"n": self.count} | ({"w": self.within} if self.within else {})

    @classmethod
    def from_json(cls, thin: dict[str, Any]) -> Touch:
        keys = {name: (old, new) for name, (old, new) in thin.get("k", {}).items()}
        was, is_now = thin.get("s", (None, None))
        return cls(
            thin["e"],
            thin["o"],
            tuple(thin["f"]),
            thin.get("i"),
            keys,
            thin.get("n", 1),
            thin.get("w"),
            None if was is None else (bool(was), bool(is_now)),
        )


def plain(value: Any) -> Any:
    """A key's value as JSON holds it."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def combine(first: Touch, second: Touch) -> Touch | None:
    """Two touches of one row in a row as one; None where the row came and went."""
    keys = {name: (first.keys[name][0], second.keys[name][1]) for name in first.keys}
    if first.op == "-":
        raise ValueError(f"{first.entity} {first.id} was deleted in this change; update it instead.")
    seen = first.seen and second.seen and (first.seen[0], second.seen[1])
    if first.op == "+":
        return None if second.op == "-" else replace(first, keys=keys, seen=seen)
    if second.op == "-":
        return replace(second, keys=keys, seen=seen)
    fields = tuple(sorted({*first.fields, *second.fields}))
    return replace(first, fields=fields, keys=keys, seen=seen)


def size_of(touch: Touch) -> int:
    """Bytes in an event, as UTF-8 JSON without spaces, with the comma behind it."""
    return len(json.dumps(touch.to_json(), separators=(",", ":"), ensure_ascii=False).encode()) + 1


def roll_up(
    touches: Iterable[Touch], within: str | None, outside: Collection[tuple[str, str]] = ()
) -> list[Touch]:
    """One touch for each entity, operation and what readers saw of it, all fields together; those rows
    that are not below `within` apart."""
    groups: dict[tuple[str, Op, str | None, Seen | None], list[Touch]] = defaultdict(list)
    for touch in touches:
        inside = touch.id is not None and (touch.entity, touch.id) not in outside
        groups[touch.entity, touch.op, within if inside else touch.within, touch.seen].append(touch)
    return [
        Touch(
            entity,
            op,
            tuple(sorted({name for touch in members for name in touch.fields})),
            count=sum(touch.count for touch in members),
            within=root,
            seen=seen,
        )
        for (entity, op, root, seen), members in groups.items()
    ]


def batches(
    touches: Sequence[Touch], within: str | None = None, outside: Collection[tuple[str, str]] = ()
) -> list[list[Touch]]:
    """The touches of one change as they go into events of at most EVENT_MAX_BYTES each; one empty
    batch where nothing was touched."""
    if len(touches) > ROLL_UP_ABOVE:
        touches = roll_up(touches, within, outside)
    filled: list[list[Touch]] = [[]]
    used = 0
    for touch in touches:
        thin = touch if size_of(touch) <= TOUCHES_MAX_BYTES else roll_up([touch], within, outside)[0]
        size = size_of(thin)
        if filled[-1] and used + size > TOUCHES_MAX_BYTES:
            filled.append([])
            used = 0
        filled[-1].append(thin)
        used += size
    return filled
