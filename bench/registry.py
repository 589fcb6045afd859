"""Benches: functions that yield figures under the names they are registered with.

    @bench("search.5000_p95_ms")
    def search() -> Iterator[Figure]:
        ...
        yield Figure("search.5000_p95_ms", value, "ms", compared_with="at most 50")

Each runs in a process of its own, so what one leaves in memory does not weigh on the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    name: str  # "import.pages_per_s": what is measured, then the unit
    value: float
    unit: str
    compared_with: str = ""  # the figure to hold, or what others need for the same


type Measure = Callable[[], Iterable[Figure]]


@dataclass(frozen=True)
class Bench:
    names: tuple[str, ...]
    measure: Measure

    def matches(self, prefix: str) -> bool:
        return any(name.startswith(prefix) for name in self.names)


BENCHES: list[Bench] = []


def bench(*names: str) -> Callable[[Measure], Measure]:
    """Registers a function that yields a figure for each of `names`."""

    def register(measure: Measure) -> Measure:
        BENCHES.append(Bench(names, measure))
        return measure

    return register
