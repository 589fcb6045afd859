"""A deterministic stage: actors are greenlets that give way at every point where threads, processes and
the network may be interleaved; a schedule says who goes on. The same choices make the same run.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from greenlet import getcurrent, greenlet

STEPS_MAX: Final = 5_000  # more: somebody waits for ever

type Choose = Callable[[Sequence["Actor"], "Actor | None"], "Actor"]


class StuckError(AssertionError):
    """Nobody can go on, or nobody comes to an end."""


class Actor(greenlet):
    """`transaction` is what it has begun and not committed; `waits_for` is asked until it is true."""

    def __init__(self, stage: Stage, name: str, run: Callable[[], Any]) -> None:
        super().__init__(run, parent=stage.hub)
        self.stage = stage
        self.name = name
        self.transaction: Any = None
        self.waits_for: Callable[[], bool] | None = None


class Stage:
    def __init__(self) -> None:
        self.hub = getcurrent()
        self.actors: list[Actor] = []
        self.steps = 0

    def enter(self, name: str, run: Callable[[], Any]) -> Actor:
        actor = Actor(self, name, run)
        self.actors.append(actor)
        return actor

    def point(self) -> None:
        """Others may go on here."""
        hub = self.hub
        if getcurrent() is not hub:
            hub.switch()

    def wait(self, condition: Callable[[], bool]) -> None:
        if condition():
            return
        actor = getcurrent()
        if not isinstance(actor, Actor):
            raise StuckError("the stage itself cannot wait")
        actor.waits_for = condition
        self.hub.switch()
        actor.waits_for = None

    def play(self, choose: Choose) -> None:
        """Until everybody has come to an end; what an actor raises is raised here."""
        last: Actor | None = None
        actors = self.actors
        while actors:
            ready = [each for each in actors if (waits := each.waits_for) is None or waits()]
            self.steps += 1
            if not ready or self.steps > STEPS_MAX:
                raise StuckError(f"after {self.steps} steps: {[each.name for each in actors]}")
            last = choose(ready, last)
            last.switch()
            if last.dead:
                actors.remove(last)


class Turn:
    """A lock among actors, entered again by whoever holds it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._holder: Any = None
        self._depth = 0

    def __enter__(self) -> None:
        me = getcurrent()
        if self._holder is not me:
            self._stage.wait(lambda: self._holder is None)
            self._holder = me
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._holder = None


# -- who goes on


def at_random(chance: random.Random) -> Choose:
    pick = chance.random
    return lambda ready, _last: ready[int(pick() * len(ready))]


class Explorer:
    """All schedules of a scene, one run each. With `departures`, only those that depart so often at most
    from letting each go on while they can, and the first to have entered after them."""

    def __init__(self, departures: int | None = None) -> None:
        self.departures = departures
        self.runs = 0
        self._path: list[int] = []  # the choice taken at each step
        self._options: list[int] = []  # how many there were
        self._step = 0
        self._spent = 0

    def schedules(self) -> Iterator[Choose]:
        while True:
            self._step, self._spent, self._options = 0, 0, []
            self.runs += 1
            yield self._choose
            del self._path[self._step :]
            while self._path and self._path[-1] + 1 >= self._options[len(self._path) - 1]:
                self._path.pop()
            if not self._path:
                return
            self._path[-1] += 1

    def _choose(self, ready: Sequence[Actor], last: Actor | None) -> Actor:
        stays = last is not None and last in ready
        order = [last, *(each for each in ready if each is not last)] if stays else list(ready)
        bound = self.departures is not None and self._spent >= self.departures
        self._options.append(1 if bound else len(order))
        if self._step == len(self._path):
            self._path.append(0)
        taken = self._path[self._step]
        self._step += 1
        self._spent += int(taken > 0)
        chosen = order[taken]
        assert chosen is not None
        return chosen

    def told(self) -> str:
        """The schedule that runs now, to be played again by `replay`."""
        return ",".join(map(str, self._path[: self._step]))


@contextmanager
def swapped(*places: tuple[Any, str, Any]) -> Iterator[None]:
    """Attributes set for a while."""
    before = [(owner, name, owner.__dict__[name]) for owner, name, _ in places]
    for owner, name, value in places:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)
