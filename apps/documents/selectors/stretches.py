"""Stretches of a list that grows at one end: from a row on, towards the newer or the older ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# (a condition as filter() takes it, an order as order_by() takes it, at most how many) -> rows
type Read[T] = Callable[[Mapping[str, Any], str, int], Iterable[T]]


@dataclass(frozen=True)
class Stretch[T]:
    """The newest first, and where those before and behind them are."""

    rows: list[T]
    newer_url: str | None
    older_url: str | None


def stretch[T](read: Read[T], key: str, size: int, url: str, *, before: Any, after: Any) -> Stretch[T]:
    """The newest `size` rows whose `key` is below `before` (None: of all), or the nearest above `after`."""
    if after is not None:
        found = list(read({f"{key}__gt": after}, key, size + 1))
        is_newer, is_older = len(found) > size, True
        found = found[:size][::-1]
    else:
        below = {} if before is None else {f"{key}__lt": before}
        found = list(read(below, f"-{key}", size + 1))
        is_newer, is_older = before is not None, len(found) > size
        found = found[:size]
    return Stretch(
        found,
        newer_url=f"{url}?after={getattr(found[0], key)}" if found and is_newer else None,
        older_url=f"{url}?before={getattr(found[-1], key)}" if found and is_older else None,
    )
