"""Threads and futures of the stage: whoever does something for others is an actor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenlet import getcurrent

from tests.caching.stage import Actor, Stage


class Outcome:
    """A Future without its locks: on the stage there is one thread."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._asker: Any = None
        self._doer: Actor | None = None
        self._over = False
        self._value: Any = None
        self._error: BaseException | None = None
        self._calls: list[Callable[[Any], None]] = []

    @classmethod
    def of(cls, stage: Stage, name: str, function: Callable[..., Any], *arguments: Any) -> Outcome:
        """What another actor does."""
        done = cls(stage)

        def run() -> None:
            try:
                result = function(*arguments)
            except Exception as error:
                done.set_exception(error)
            else:
                done.set_result(result)

        done._asker, done._doer = getcurrent(), stage.enter(name, run)
        return done

    def wait(self) -> None:
        """Who waits at once for what they asked for stands still meanwhile: the two are played as one."""
        doer = self._doer
        if doer is not None and self._asker is getcurrent() and not doer and not doer.dead:
            self._stage.leave(doer)
            self._stage.point()
            doer.run()
            self._stage.point()
        self._stage.wait(self.done)

    def done(self) -> bool:
        return self._over

    def cancelled(self) -> bool:
        return False

    def exception(self) -> BaseException | None:
        self.wait()
        return self._error

    def result(self) -> Any:
        self.wait()
        if self._error is not None:
            raise self._error
        return self._value

    def add_done_callback(self, call: Callable[[Any], None]) -> None:
        if self._over:
            call(self)
        else:
            self._calls.append(call)

    def set_result(self, value: Any) -> None:
        self._end(value, None)

    def set_exception(self, error: BaseException) -> None:
        self._end(None, error)

    def _end(self, value: Any, error: BaseException | None) -> None:
        self._value, self._error, self._over = value, error, True
        self._stage.moved()
        for call in self._calls:
            call(self)


class Threads:
    """A process's reader threads."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Outcome:
        return Outcome.of(self._stage, "reader thread", function, *arguments)


async def waited_for(done: Outcome) -> Any:
    return done.result()
