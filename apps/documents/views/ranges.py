"""The Range header (RFC 9110, section 14): one range of bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SINGLE = re.compile(r"\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """Bytes `start` up to, not with, `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


class UnsatisfiableRangeError(ValueError):
    """The range begins behind the end: 416."""


def parse_range(header: str, size: int) -> Span | None:
    """None where the header is to be passed over: it is not understood, or asks for several ranges."""
    found = _SINGLE.fullmatch(header)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        last = min(int(found[2]), size)
        if last == 0:
            raise UnsatisfiableRangeError(header)
        return Span(size - last, size)
    start, end = int(found[1]), min(int(found[2]) + 1, size) if found[2] else size
    if found[2] and int(found[2]) < start:
        return None
    if start >= size:
        raise UnsatisfiableRangeError(header)
    return Span(start, end)
