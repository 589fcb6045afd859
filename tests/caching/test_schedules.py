"""Stale is impossible: shipped code on a deterministic stage, in every order that matters and many by chance.

CAIRN_SCHEDULES says how many by chance; what goes wrong names its seed or schedule.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Final

import pytest

from tests.caching import small
from tests.caching.planted import BUGS, Bug, planted
from tests.caching.scenes import StaleError, play

SCHEDULES: Final = int(os.environ.get("CAIRN_SCHEDULES", "100000"))
PARTS: Final = 4
MUST_BE_SEEN: Final = (
    *("hit", "FRESH", "EXPIRED", "filled", "failed", "last good one", "fragment hits"),
    *("restored", "refused in a transaction", "UnsettledError"),
)

pytestmark = pytest.mark.sqlite_only("the tables are in memory: no database has a part in it")


@pytest.mark.parametrize("scene", small.PAIRS, ids=lambda scene: scene.name)
def test_two_actors_in_every_order(scene: small.Scene) -> None:
    assert small.explore(scene, None) > 1


@pytest.mark.parametrize("scene", small.CROWDS, ids=lambda scene: scene.name)
def test_several_actors_in_every_order_but_for_two_departures(scene: small.Scene) -> None:
    assert small.explore(scene, 2) > 10


@pytest.mark.parametrize("part", range(PARTS))
def test_by_chance(part: int) -> None:
    """Skewed clocks, lost wake-ups, deaf processes, trimmed indexes, small memories, restored logs. That a
    page changes in every round of its making is too rare for each part to see."""
    seen: Counter[str] = Counter()
    for seed in range(part, SCHEDULES, PARTS):
        seen.update(play(seed).seen)
    missing = [name for name in MUST_BE_SEEN if not seen[name]]
    assert SCHEDULES < 100_000 or missing == []


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: Bug) -> None:
    with planted(bug), pytest.raises(StaleError) as found:
        for departures in range(4):
            small.explore(small.SCENES[bug.scene], departures)
    assert str(found.value).startswith(bug.says)


def test_the_same_seed_is_the_same_run() -> None:
    first, second = play(4), play(4)
    assert (first.stage.steps, first.seen) == (second.stage.steps, second.seen)
