"""What an event says about the rows it touched: thin, bounded, and exact until it must be rolled up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal

EVENT_MAX_BYTES = 2048
ENVELOPE_BYTES = 320  # ids, type and time around the touches
ROLL_UP_ABOVE = 100  # touches of one change; more are told as one touch an entity

Op = Literal["+", "~", "-"]
Pair = tuple[Any, Any]


@dataclass(frozen=True)
class Touch:
    """One row added (+), changed (~) or removed (-); `id` None: `count` rows of the entity.

    `fields` names the changed columns of a ~; the others mean the whole row. `keys` holds (old, new) of the entity's declared keys; None stands for no row.
    `within` names the subtree's root where a roll-up is known to stay inside one.
    """

    entity: str
    op: Op
    fields: tuple[str, ...]
    id: str | None = None
    keys: dict[str, Pair] = field(default_factory=dict)
    count: int = 1
    within: str | None = None

    def to_json(self) -> dict[str, Any]:
        thin: dict[str, Any] = {"e": self.entity, "o": self.op, "f": list(self.fields)}
        if self.id is not None:
            return thin | {"i": self.id, "k": {name: list(pair) for name, pair in self.keys.items()}}
        return thin | {"n": self.count} | ({"w": self.within} if self.within else {})

    @classmethod
    def from_json(cls, thin: dict[str, Any]) -> Touch:
        keys = {name: (old, new) for name, (old, new) in thin.get("k", {}).items()}
        return cls(
            thin["e"], thin["o"], tuple(thin["f"]), thin.get("i"), keys, thin.get("n", 1), thin.get("w")
        )


def combine(first: Touch, second: Touch) -> Touch | None:
    """Two touches of one row in a row as one; None where the row came and went."""
    keys = {name: (first.keys[name][0], second.keys[name][1]) for name in first.keys}
    if first.op == "+":
        return None if second.op == "-" else replace(first, keys=keys)
    if second.op == "-":
        return replace(second, keys=keys)
    return replace(first, fields=tuple(sorted({*first.fields, *second.fields})), keys=keys)


def size_of(touch: Touch) -> int:
    return len(json.dumps(touch.to_json(), separators=(",", ":"), ensure_ascii=False).encode()) + 1


def roll_up(touches: Iterable[Touch], within: str | None) -> list[Touch]:
    """One touch for each entity and operation, all fields together."""

    def kind(touch: Touch) -> tuple[str, str]:
        return touch.entity, touch.op

    rolled = []
    for (entity, op), group in groupby(sorted(touches, key=kind), key=kind):
        members = list(group)
        fields = tuple(sorted({name for touch in members for name in touch.fields}))
        rolled.append(Touch(entity, op, fields, None, {}, len(members), within))  # type: ignore[arg-type]
    return rolled


def batches(touches: Sequence[Touch], within: str | None = None) -> list[list[Touch]]:
    """The touches of one change as they go into events of at most EVENT_MAX_BYTES each."""
    limit = EVENT_MAX_BYTES - ENVELOPE_BYTES
    if len(touches) > ROLL_UP_ABOVE:
        touches = roll_up(touches, within)
    filled: list[list[Touch]] = [[]]
    used = 0
    for touch in touches:
        thin = touch if size_of(touch) <= limit else roll_up([touch], within)[0]
        size = size_of(thin)
        if used + size > limit:
            filled.append([])
            used = 0
        filled[-1].append(thin)
        used += size
    return filled
