"""What changed between two texts: line beside line, and the words within a changed line.

For every line, its spans `same` and `removed` together are the old line, `same` and `added` the new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from apps.documents.text.matching import continued
from apps.documents.text.sequences import common_pairs

type SpanKind = Literal["same", "removed", "added"]
type LineKind = Literal["same", "removed", "added", "changed"]

CONTEXT: Final = 3  # unchanged lines shown around a change
_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Span:
    kind: SpanKind
    text: str


@dataclass(frozen=True, slots=True)
class DiffLine:
    kind: LineKind
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """Unchanged lines a reader may open."""

    lines: tuple[DiffLine, ...]


def word_diff(old: str, new: str) -> tuple[DiffLine, ...]:
    """All lines of both texts in order. Time is bounded for texts of the greatest size."""
    old_lines, new_lines = _lines(old), _lines(new)
    result: list[DiffLine] = []
    i = j = 0
    for next_i, next_j in [*continued(old_lines, new_lines), (len(old_lines), len(new_lines))]:
        result.extend(_whole("removed", old_lines[k]) for k in range(i, next_i))
        result.extend(_whole("added", new_lines[k]) for k in range(j, next_j))
        if next_i < len(old_lines):
            result.append(_pair(old_lines[next_i], new_lines[next_j]))
        i, j = next_i + 1, next_j + 1
    return tuple(result)


def folded(lines: Sequence[DiffLine], context: int = CONTEXT) -> tuple[DiffLine | Fold, ...]:
    """The lines with unchanged stretches folded but for `context` lines beside each change."""
    changed = [index for index, line in enumerate(lines) if line.kind != "same"]
    near = {k for index in changed for k in range(index - context, index + context + 1)}
    result: list[DiffLine | Fold] = []
    hidden: list[DiffLine] = []
    for index, line in enumerate(lines):
        if index not in near:
            hidden.append(line)
            continue
        result.extend(_fold(hidden))
        hidden = []
        result.append(line)
    result.extend(_fold(hidden))
    return tuple(result)


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _fold(hidden: list[DiffLine]) -> Sequence[DiffLine | Fold]:
    # A fold of one line would take the place of what it hides.
    return hidden if len(hidden) < 2 else [Fold(tuple(hidden))]


def _whole(kind: SpanKind, text: str) -> DiffLine:
    return DiffLine(kind, (Span(kind, text),) if text else ())


def _pair(old: str, new: str) -> DiffLine:
    return _whole("same", old) if old == new else DiffLine("changed", tuple(_joined(_words(old, new))))


def _words(old: str, new: str) -> Iterator[Span]:
    old_tokens, new_tokens = _TOKENS.findall(old), _TOKENS.findall(new)
    i = j = 0
    for next_i, next_j in _solid(common_pairs(old_tokens, new_tokens), old_tokens, new_tokens):
        yield Span("removed", "".join(old_tokens[i:next_i]))
        yield Span("added", "".join(new_tokens[j:next_j]))
        yield Span("same", "".join(old_tokens[next_i : next_i + 1]))
        i, j = next_i + 1, next_j + 1


def _solid(pairs: list[tuple[int, int]], old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Without the spaces that stand alone between changes: they would cut a phrase into crumbs."""
    ends = [(-1, -1), *pairs, (len(old), len(new))]
    kept = []
    for before, here, after in zip(ends, pairs, ends[2:], strict=False):
        touches = _next_to(before, here) or _next_to(here, after)
        if touches or not old[here[0]].isspace():
            kept.append(here)
    return [*kept, (len(old), len(new))]


def _next_to(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return second[0] - first[0] == 1 and second[1] - first[1] == 1


def _joined(spans: Iterator[Span]) -> list[Span]:
    """Neighbours of one kind as one span; empty ones dropped."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.text and joined[-1].kind == span.kind:
            joined[-1] = Span(span.kind, joined[-1].text + span.text)
        elif span.text:
            joined.append(span)
    return joined
