"""Circuit breakers: a node that does not answer is left alone until a look in the background finds it well,
so that it does not add its timeout to each page."""

from __future__ import annotations

from typing import Final

FAILURES: Final = 3  # in a row


class Breaker:
    """Of one node; used on one thread."""

    __slots__ = ("_failures", "is_open")

    def __init__(self) -> None:
        self.is_open = False
        self._failures = 0

    def succeeded(self) -> bool:
        """Whether this closed it."""
        self._failures = 0
        was_open, self.is_open = self.is_open, False
        return was_open

    def failed(self) -> bool:
        """Whether this opened it."""
        self._failures += 1
        opened = not self.is_open and self._failures >= FAILURES
        self.is_open = self.is_open or opened
        return opened
