"""Three-way merge of a text by its blocks: nothing anybody wrote is lost.

Both sides are laid beside the base: equal blocks, similar ones, and what stands in a block's place.
For each block of the base one side's change wins over no change; equal changes are one; two
different changes are merged by lines where they touch different lines, else they are a conflict for
a person. A block that one side removed and the other changed is a conflict too. What both added in
one place is kept from both, theirs first; equal additions once.

So every line of either side is in the result or in a conflict, unless the other side removed it:
it then has fewer of that line than the base. Order apart, the sides may be exchanged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from apps.documents.text.matching import replaced
from apps.documents.text.sequences import common_pairs

type Choice = Literal["base", "theirs", "mine", "both"]

# Rows that stand for themselves: two people may each add one in the same place.
_ROW: Final = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)]|\|)(?:[ \t]|\Z|(?<=\|))")


@dataclass(frozen=True, slots=True)
class Kept:
    """A block of the result."""

    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A block both changed differently; an empty text is a block that this side removed."""

    base: str
    theirs: str
    mine: str


class UnresolvedConflictError(ValueError):
    """A merged text was asked for while a conflict waits for a person."""


type Part = Kept | Conflict


@dataclass(frozen=True, slots=True)
class _Side:
    """One side laid beside the base: for each unit its form (None: removed), and what comes before it."""

    forms: list[str | None]
    added: list[list[str]]


def merge_blocks(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> tuple[Part, ...]:
    """The parts of the merged text in order."""
    their_side, my_side = _beside(base, theirs), _beside(base, mine)
    parts: list[Part] = []
    for index in range(len(base) + 1):
        parts.extend(Kept(text) for text in _union(their_side.added[index], my_side.added[index]))
        if index < len(base):
            parts.extend(_block(base[index], their_side.forms[index], my_side.forms[index]))
    return tuple(parts)


def merged_text(parts: Sequence[Part]) -> str:
    """The source of a merge without conflicts. Raises UnresolvedConflictError."""
    if any(isinstance(part, Conflict) for part in parts):
        count = sum(isinstance(part, Conflict) for part in parts)
        raise UnresolvedConflictError(f"{count} conflicts are not resolved; resolve() them first.")
    return "\n\n".join(part.text for part in parts if isinstance(part, Kept) and part.text)


def resolve(parts: Sequence[Part], choices: Sequence[Choice]) -> tuple[Kept, ...]:
    """The parts with each conflict replaced by the choice for it, in order.

    `both` keeps theirs, then mine. Raises ValueError unless there is one choice for each conflict.
    """
    left = iter(choices)
    count = sum(isinstance(part, Conflict) for part in parts)
    if count != len(choices):
        raise ValueError(f"{count} conflicts need {count} choices, not {len(choices)}.")
    resolved: list[Kept] = []
    for part in parts:
        texts = (part.text,) if isinstance(part, Kept) else _chosen(part, next(left))
        resolved.extend(Kept(text) for text in texts if text)
    return tuple(resolved)


def _chosen(conflict: Conflict, choice: Choice) -> tuple[str, ...]:
    if choice == "both":
        return (conflict.theirs, conflict.mine)
    return ({"base": conflict.base, "theirs": conflict.theirs, "mine": conflict.mine}[choice],)


def _beside(base: Sequence[str], side: Sequence[str]) -> _Side:
    forms: list[str | None] = [None] * len(base)
    added: list[list[str]] = [[] for _ in range(len(base) + 1)]
    place, done = 0, 0
    for i, j in [*replaced(base, side), (len(base), len(side))]:
        added[place].extend(side[done:j])
        if i < len(base):
            forms[i] = side[j]
        place, done = i + 1, j + 1
    return _Side(forms, added)


def _union(theirs: Sequence[str], mine: Sequence[str]) -> list[str]:
    """Both additions, what is common once, in an order that fits both."""
    united: list[str] = []
    i = j = 0
    for common_i, common_j in [*common_pairs(theirs, mine), (len(theirs), len(mine))]:
        united += [*theirs[i:common_i], *mine[j:common_j], *theirs[common_i : common_i + 1]]
        i, j = common_i + 1, common_j + 1
    return united


def _block(base: str, theirs: str | None, mine: str | None) -> list[Part]:
    if mine in (theirs, base):
        return [Kept(theirs)] if theirs is not None else []
    if theirs == base:
        return [Kept(mine)] if mine is not None else []
    if theirs is None or mine is None:
        return [Conflict(base, theirs or "", mine or "")]
    lines = _merge_lines(base.split("\n"), theirs.split("\n"), mine.split("\n"))
    if lines is None:
        return [Conflict(base, theirs, mine)]
    return [Kept("\n".join(lines))] if any(lines) else []


def _merge_lines(base: list[str], theirs: list[str], mine: list[str]) -> list[str] | None:
    """The lines of both, or None where both changed one line or wrote different ones in one place."""
    their_side, my_side = _beside(base, theirs), _beside(base, mine)
    lines: list[str] = []
    for index in range(len(base) + 1):
        added = _added_lines(their_side.added[index], my_side.added[index], base[0])
        if added is None:
            return None
        lines += added
        if index < len(base):
            forms = {their_side.forms[index], my_side.forms[index]}
            if len(forms) > 1:
                forms.discard(base[index])
            if len(forms) > 1:
                return None
            lines += [form for form in forms if form is not None]
    return lines


def _added_lines(theirs: list[str], mine: list[str], first: str) -> list[str] | None:
    if theirs and mine and theirs != mine:
        rows = all(_ROW.match(line) for line in (first, *theirs, *mine))
        return _union(theirs, mine) if rows else None
    return theirs or mine
