"""Bugs, each a change of a few words in shipped code, and the seed that finds it on the stage.

A bug is planted by compiling one function of a module anew with the words replaced; what else is there
stays as it is.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any, Final

from apps.caching import fills, index, marks, reads
from apps.events import follower, wake
from tests.caching import small
from tests.caching.scenes import StaleError
from tests.caching.stage import swapped


@dataclass(frozen=True)
class Change:
    """`place` is a function or a class's method in `module`."""

    module: ModuleType
    place: str
    old: str
    new: str


@dataclass(frozen=True)
class Bug:
    name: str
    changes: tuple[Change, ...]
    scene: str  # that finds it, see tests/caching/small.py
    seed: int  # of the schedule by chance
    says: tuple[str, ...]  # what the finding may begin with


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    with ExitStack() as stack:
        for change in bug.changes:
            stack.enter_context(swapped(_changed(change)))
        yield


def _changed(change: Change) -> tuple[Any, str, Any]:
    """The owner of the function, its name, and what it becomes."""
    path, _, name = change.place.rpartition(".")
    owner = getattr(change.module, path) if path else change.module
    source = textwrap.dedent(inspect.getsource(owner.__dict__[name]))
    if source.count(change.old) != 1:
        raise LookupError(f"{change.place}: {change.old!r} stands there {source.count(change.old)} times.")
    made: dict[str, Any] = {}
    code = compile(source.replace(change.old, change.new), f"<planted in {change.place}>", "exec")
    exec(code, change.module.__dict__, made)
    function = made[name]
    assert isinstance(function, FunctionType)
    return owner, name, function


BUGS: Final = (
    Bug(
        "stamp taken at store time",
        (
            Change(
                fills,
                "Fills._make",
                "reads.stamps,",
                "{each: self._index.heard(each) or stamp for each, stamp in reads.stamps.items()},",
            ),
        ),
        "a fill and a write",
        201,
        ("(a)",),
    ),
    Bug(
        "index advanced before commit",
        (
            Change(
                wake,
                "announce",
                "transaction.on_commit(partial(_committed, events, first, last), robust=True)",
                "_committed(events, first, last)",
            ),
        ),
        "a fill and a write",
        0,
        ("(a)",),
    ),
    Bug(
        "greatest position replaced by last",
        (Change(index, "_raise", "if marks.get(tag, 0) < position:", "if True:"),),
        "two who are cut off and a follower",
        12,
        ("(a)",),
    ),
    Bug(
        "tags lost on a hit",
        (Change(reads, "Reads.include", ".update(tags.get(stream, ()))", ""),),
        "a part that is known, a write and a reader",
        0,
        ("(a)",),
    ),
    Bug(
        "floor not raised on trimming",
        (Change(index, "Tail.trimmed", "return tail", "tail.floor = self.floor\n    return tail"),),
        "trimming and a hit",
        0,
        ("(a)",),
    ),
    Bug(
        "old key value left out",
        (Change(marks, "_sets", "(old, new) if moved else", "(new,) if moved else"),),
        "a move and a fill",
        0,
        ("(a)",),
    ),
    Bug(
        "waiter given an older fill",
        (
            Change(
                fills,
                "Fills.fetch",
                "if state <= State.EXPIRED:",
                "if state <= State.EXPIRED or fill.began < arrived:",
            ),
        ),
        "an old fill and a writer who reads",
        279,
        ("(a)", "(d)"),
    ),
    Bug(
        "fill inside a transaction",
        (Change(fills, "Fills._make", "if self._in_transaction():", "if False:"),),
        "an undone action and a reader",
        2,
        ("(e)",),
    ),
    Bug(
        "trust confirmed without looking for undelivered events",
        (Change(follower, "FollowerThread._look", "follower.look()", "pass"),),
        "a follower who does not look",
        0,
        ("(c)",),
    ),
    Bug(
        "ids taken to be seen in their order",
        (Change(follower, "Follower.look", "writers = writing()", "writers = frozenset()"),),
        "an early id that comes late",
        48,
        ("(c)",),
    ),
    Bug(
        "what was heard before following began unheard",
        (Change(index, "TagIndex._begin", "known.position > cursor.position", "False"),),
        "a process that begins to follow",
        8526,
        ("(a)",),
    ),
    Bug(
        "log id ignored after a restore",
        (Change(index, "Tail.state", "stamp.log_id != self.log_id or ", ""),),
        "a restored log and a write",
        0,
        ("(a)",),
    ),
    Bug(
        "what is hidden told to those alone who see it still",
        (Change(marks, "_sides", "else (was, is_now)", "else (is_now,)"),),
        "a fill, a hit and a hiding",
        2,
        ("(a)", "(b)"),
    ),
    Bug(
        "what readers no longer see only changed",
        (Change(marks, "_leaves", 'touch.op == "-" or ', 'touch.op == "-" and '),),
        "a hiding and a page that cannot be made",
        4,
        ("(b)",),
    ),
    Bug(
        "the place of a row left out",
        (Change(marks, "_leaves", "decided or old != new", "False"),),
        "whether there is one, and it is hidden",
        0,
        ("(a)",),
    ),
)


def finding(bug: Bug, most: int = 10_000) -> int | None:
    """The first seed that finds it."""
    with planted(bug):
        for seed in range(most):
            try:
                small.by_chance(bug.scene, seed)
            except StaleError as error:
                if str(error).startswith(bug.says):
                    return seed
    return None
