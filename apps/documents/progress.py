"""Progress of long work, on a terminal as one line that grows, elsewhere as few lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

WIDTH = 30


class Output(Protocol):
    def write(
        self, msg: str = "", style_func: Callable[[str], str] | None = None, ending: str | None = None
    ) -> object: ...

    def isatty(self) -> bool: ...


class ProgressBar:
    """`say` a sentence, `step` through a stage; a stage that goes on is drawn in place."""

    def __init__(self, output: Output) -> None:
        self.output = output
        self._stage = ""
        self._drawn = -1

    def say(self, text: str) -> None:
        self._end_line()
        self._write(text)

    def step(self, stage: str, done: int, total: int) -> None:
        filled = WIDTH * done // max(total, 1)
        if (stage, filled) == (self._stage, self._drawn):
            return
        if self.output.isatty():
            bar = "#" * filled + "-" * (WIDTH - filled)
            self._write(f"\r{stage:>8} [{bar}] {done}/{total}", ending="")
        elif done == total:
            self._write(f"{stage}: {done} of {total}")
        self._stage, self._drawn = stage, filled

    def finish(self) -> None:
        self._end_line()

    def _end_line(self) -> None:
        if self._stage and self.output.isatty():
            self._write("")
        self._stage, self._drawn = "", -1

    def _write(self, text: str, ending: str | None = None) -> None:
        """Plain: Django draws what goes to standard error as an error."""
        self.output.write(text, style_func=str, ending=ending)
