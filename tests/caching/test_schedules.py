"""Stale is impossible: shipped code on a deterministic stage, in every order that matters and many by chance.

CAIRN_SCHEDULES says how many by chance; what goes wrong names its seed or schedule.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from apps.store.client import Store
from tests.caching import small
from tests.caching.chance import on_all_cores
from tests.caching.network import Masters, Network
from tests.caching.planted import BUGS, Bug, planted
from tests.caching.planted_scripts import SCRIPT_BUGS, ScriptBug, planted_in_script
from tests.caching.scenes import StaleError, play
from tests.services.redis_cluster import RedisCluster

SCHEDULES: Final = int(os.environ.get("CAIRN_SCHEDULES", "100000"))
SHARED_SCHEDULES: Final = 2_000
MUST_BE_SEEN: Final = (
    *("hit", "FRESH", "EXPIRED", "filled", "failed", "last good one", "fragment hits"),
    *("restored", "refused in a transaction", "UnsettledError"),
)
# An UnsettledError comes once in some 700 schedules: of so few there may be none.
MUST_BE_SEEN_SHARED: Final = (
    *("hit", "FRESH", "filled", "made elsewhere", "restored"),
    *("lost in the network", "emptied", "failed over"),
)

type Networks = Callable[[int], Network]

pytestmark = pytest.mark.sqlite_only("the tables are in memory: no database has a part in it")


@pytest.mark.parametrize("scene", small.PAIRS, ids=lambda scene: scene.name)
def test_two_actors_in_every_order(scene: small.Scene) -> None:
    assert small.explore(scene, None) > 1


@pytest.mark.parametrize("scene", small.CROWDS, ids=lambda scene: scene.name)
def test_several_actors_in_every_order_with_few_preemptions(scene: small.Scene) -> None:
    assert small.explore(scene, scene.preemptions) > 100


def test_by_chance() -> None:
    """Skewed clocks, lost wake-ups, deaf processes, trimmed indexes, small memories, restored logs."""
    seen: Counter[str] = Counter()
    for _until, some in on_all_cores(0, SCHEDULES):
        seen.update(some)
    missing = [name for name in MUST_BE_SEEN if not seen[name]]
    assert SCHEDULES < 100_000 or missing == []


@pytest.fixture(scope="module")
def networks(redis_nodes: RedisCluster) -> Iterator[Networks]:
    """`networks(seed)`: what a schedule's processes share, on the one cluster."""
    store = Store(redis_nodes.urls, timeout_s=10)
    masters = Masters([node.port for node in redis_nodes.masters])
    yield lambda seed: Network(store, masters, random.Random(seed))
    masters.close()
    store.close()


@pytest.mark.parametrize("scene", small.PAIRS, ids=lambda scene: scene.name)
def test_two_actors_over_a_real_cluster_in_every_order_of_its_answers(
    scene: small.Scene, networks: Networks
) -> None:
    """With no pre-emption: who waits for an answer lets others go on, and answers come in any order."""
    assert small.explore(scene, 0, lambda: networks(0)) > 1


def test_by_chance_on_a_real_cluster(networks: Networks) -> None:
    """The same with what processes share: emptied, failed over to what lacks the newest, answers lost."""
    seen: Counter[str] = Counter()
    for seed in range(SHARED_SCHEDULES):
        seen.update(play(seed, network=networks(seed)).seen)
    assert [name for name in MUST_BE_SEEN_SHARED if not seen[name]] == []


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found_by_its_seed(bug: Bug) -> None:
    """After a change of what is on the stage, `finding(bug)` finds another."""
    with planted(bug), pytest.raises(StaleError) as found:
        small.by_chance(bug.scene, bug.seed)
    assert str(found.value).startswith(bug.says)
    small.by_chance(bug.scene, bug.seed)


@pytest.mark.parametrize("bug", SCRIPT_BUGS, ids=lambda bug: bug.name)
def test_a_bug_planted_in_a_script_is_found_on_the_cluster(bug: ScriptBug, networks: Networks) -> None:
    """After a change of what is on the stage, `finding_in_script(bug, networks)` finds another."""
    with planted_in_script(bug), pytest.raises(StaleError) as found:
        play(bug.seed, network=networks(bug.seed))
    assert str(found.value).startswith(bug.says)
    play(bug.seed, network=networks(bug.seed))


def test_the_same_seed_is_the_same_run() -> None:
    first, second = play(4), play(4)
    assert (first.stage.steps, first.seen) == (second.stage.steps, second.seen)
