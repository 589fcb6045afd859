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
        self._ready: list[Actor] | None = None  # who can go on, as long as nothing has happened to that
        self._last: Actor | None = None
        self._choose: Choose = lambda ready, _last: ready[-1]

    def enter(self, name: str, run: Callable[[], Any]) -> Actor:
        actor = Actor(self, name, run)
        self.actors.append(actor)
        self._ready = None
        return actor

    def leave(self, actor: Actor) -> None:
        """One that has not begun."""
        self.actors.remove(actor)
        self._ready = None

    def point(self) -> None:
        """Others may go on here."""
        actor = getcurrent()
        if actor is not self.hub:
            self._give_way(actor)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Whatever makes `condition` true or false calls `moved`."""
        if condition():
            return
        actor = getcurrent()
        if not isinstance(actor, Actor):
            raise StuckError("the stage itself cannot wait")
        actor.waits_for, self._ready = condition, None
        self._give_way(actor)
        actor.waits_for, self._ready = None, None

    def moved(self) -> None:
        """What somebody may wait for has come or gone."""
        self._ready = None

    def play(self, choose: Choose) -> None:
        """Until everybody has come to an end; what an actor raises is raised here."""
        self._choose, self._last = choose, None
        while self.actors:
            chosen = self._chosen()
            if chosen is None:
                raise StuckError(f"after {self.steps} steps: {[each.name for each in self.actors]}")
            chosen.switch()
            last = self._last
            if last is not None and last.dead:
                self.actors.remove(last)
                self._ready = None

    def _give_way(self, actor: greenlet) -> None:
        """To whoever is chosen, at once: a way over the hub would double what switching costs."""
        chosen = self._chosen()
        if chosen is not actor:
            (self.hub if chosen is None else chosen).switch()

    def _chosen(self) -> Actor | None:
        """Who goes on; None where nobody can, or nobody comes to an end."""
        ready = self._ready
        if ready is None:
            actors = self.actors
            ready = [each for each in actors if (waits := each.waits_for) is None or waits()]
            self._ready = ready
        self.steps += 1
        if not ready or self.steps > STEPS_MAX:
            return None
        chosen = self._last = self._choose(ready, self._last)
        return chosen


class Turn:
    """A lock among actors, entered again by whoever holds it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._holder: Any = None
        self._depth = 0

    def __enter__(self) -> None:
        me = getcurrent()
        if self._holder is not me:
            if self._holder is not None:
                self._stage.wait(self._is_free)
            self._holder = me
            self._stage.moved()
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._holder = None
            self._stage.moved()

    def _is_free(self) -> bool:
        return self._holder is None


# -- who goes on


def at_random(chance: random.Random) -> Choose:
    pick = chance.random
    return lambda ready, _last: ready[int(pick() * len(ready))]


class Explorer:
    """All schedules of a scene, one run each. With `preemptions`, only those that switch so often at most
    from somebody who could have gone on; who goes on after one who waits or has ended is free."""

    def __init__(self, preemptions: int | None = None) -> None:
        self.preemptions = preemptions
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
        bound = stays and self.preemptions is not None and self._spent >= self.preemptions
        self._options.append(1 if bound else len(ready))
        if self._step == len(self._path):
            self._path.append(0)
        taken = self._path[self._step]
        self._step += 1
        if not stays or last is None:
            return ready[taken]
        if taken == 0:
            return last
        self._spent += 1
        others = [each for each in ready if each is not last]
        return others[taken - 1]

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
