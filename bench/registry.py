"""Benches: functions that yield figures under the names they are registered with.

    @bench("search.5000_p95_ms")
    def search() -> Iterator[Figure]:
        ...
        yield Figure("search.5000_p95_ms", value, "ms", most=50)

A figure with an aim fails the run where it is not met.

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
    compared_with: str = ""  # how it was measured, what others need for the same
    least: float | None = None  # the aim
    most: float | None = None

    @property
    def met(self) -> bool:
        return (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )

    def said(self) -> dict[str, str | float | bool]:
        """As it is printed: what is compared with begins with the aim."""
        aims = [("at least", self.least), ("at most", self.most)]
        words = [f"{word} {number:g}" for word, number in aims if number is not None]
        said: dict[str, str | float | bool] = {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "compared_with": "; ".join([*words, *([self.compared_with] if self.compared_with else [])]),
        }
        return said | ({"met": self.met} if words else {})


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
