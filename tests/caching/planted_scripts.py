"""Bugs in scripts that Redis runs, and the seed that finds each on the real cluster: no process that shares
nothing would ever run them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha1
from types import ModuleType
from typing import Final

from apps.caching import shared, shared_index
from apps.store.scripts import Script
from tests.caching.network import Network
from tests.caching.scenes import StaleError, play
from tests.caching.stage import swapped


@dataclass(frozen=True)
class ScriptBug:
    """In a script that `module` has by this name."""

    name: str
    module: ModuleType
    script: str
    old: str
    new: str
    seed: int  # of the schedule by chance, see tests/caching/scenes.py
    says: tuple[str, ...]


@contextmanager
def planted_in_script(bug: ScriptBug) -> Iterator[None]:
    source: str = getattr(bug.module, bug.script).source
    if source.count(bug.old) != 1:
        raise LookupError(f"{bug.script}: {bug.old!r} stands there {source.count(bug.old)} times.")
    changed = source.replace(bug.old, bug.new)
    digest = sha1(changed.encode(), usedforsecurity=False).hexdigest()
    with swapped((bug.module, bug.script, Script(changed, digest))):
        yield


SCRIPT_BUGS: Final = (
    ScriptBug(
        "floor in Redis not raised on trimming",
        shared_index,
        "ADVANCE",
        "if floor > tonumber(redis.call('HGET', KEYS[1], '@floor')) then",
        "if false then",
        1,
        ("(a)",),
    ),
    ScriptBug(
        "an entry from below the floor believed",
        shared,
        "FETCH",
        "stamp < tonumber(at[2])",
        "false",
        1,
        ("(a)", "(b)"),
    ),
    ScriptBug(
        "marks above an entry's tags not looked for",
        shared,
        "FETCH",
        "(at[4] and newest(index, each[3], above) > stamp)",
        "false",
        2,
        ("(a)", "(b)"),
    ),
)


def finding_in_script(bug: ScriptBug, network: Callable[[int], Network], most: int = 2_000) -> int | None:
    """The first seed that finds it."""
    with planted_in_script(bug):
        for seed in range(most):
            try:
                play(seed, network=network(seed))
            except StaleError as error:
                if str(error).startswith(bug.says):
                    return seed
    return None
