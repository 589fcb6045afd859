"""L1: bounded by bytes, each tenant's keys its own, the largest tenant paying first."""

from __future__ import annotations

import threading

import pytest

from apps.caching.entries import Entry
from apps.caching.memory import ENTRY_OVERHEAD, TAG_BYTES, Memory, weight
from tests.caching.saying import STREAM


def entry(size: int = 8_500, tags: int = 0, value: object = None) -> Entry:
    noted = {STREAM: frozenset(f"d[id={number}].+" for number in range(tags))}
    return Entry(value, size, {}, noted, 0.0, None)


def test_an_entry_weighs_its_value_its_tags_and_what_is_around_it() -> None:
    assert weight(entry(100, tags=3)) == 100 + ENTRY_OVERHEAD + 3 * TAG_BYTES


def test_it_counts_what_it_holds() -> None:
    memory, kept = Memory(100_000), entry()
    assert memory.put("a", "1", kept)
    assert memory.get("a", "1") is kept
    assert memory.put("a", "1", entry(500))
    assert (len(memory), memory.bytes) == (1, 2_000)
    memory.drop("a", "1")
    memory.drop("a", "1")
    assert (len(memory), memory.bytes, memory.get("a", "1")) == (0, 0, None)


def test_what_is_larger_than_all_of_it_is_not_kept_nor_what_it_would_replace() -> None:
    memory = Memory(100_000)
    memory.put("a", "1", entry())
    assert not memory.put("a", "1", entry(100_000))
    assert memory.get("a", "1") is None


def test_an_address_that_another_tenant_took_finds_nothing_of_the_first() -> None:
    memory, first, second = Memory(100_000), entry(), entry()
    memory.put("a", "/guide/", first)
    assert memory.get("b", "/guide/") is None
    memory.put("b", "/guide/", second)
    assert memory.get("a", "/guide/") is first
    memory.drop("a", "/guide/")
    assert memory.get("b", "/guide/") is second
    memory.drop("b", "/guide/")
    assert memory.bytes == 0


def test_the_least_recently_used_leaves_first() -> None:
    memory = Memory(50_000)
    for key in "12345":
        memory.put("a", key, entry())
    memory.get("a", "1")
    memory.put("a", "6", entry())
    assert [key for key, _ in memory.items("a")] == ["4", "5", "1", "6"]
    assert memory.evicted == 2


def test_a_crawl_of_one_tenant_evicts_only_its_own() -> None:
    memory = Memory(100_000)
    others = [("b", str(number)) for number in range(3)] + [("c", "0")]
    for tenant, key in others:
        memory.put(tenant, key, entry())
    for number in range(1_000):
        memory.put("crawled", number, entry())
    assert [place for place in others if memory.get(*place) is None] == []
    assert memory.bytes <= 100_000
    assert [key for key, _ in memory.items("crawled")] == [*range(994, 1_000)]


def test_the_largest_tenant_makes_room_for_a_small_one() -> None:
    memory = Memory(100_000)
    for number in range(10):
        memory.put("large", number, entry())
    memory.put("small", 0, entry())
    assert memory.get("small", 0) is not None
    assert memory.get("large", 0) is None


def test_what_left_at_once_is_not_said_to_be_kept() -> None:
    memory = Memory(100_000)
    for number in range(4):
        memory.put("b", number, entry())
    assert not memory.put("a", "large", entry(90_000))
    assert memory.get("a", "large") is None
    assert len(memory) == 4


def test_all_of_it_can_be_forgotten() -> None:
    memory = Memory(100_000)
    memory.put("a", "1", entry())
    memory.clear()
    assert (len(memory), memory.bytes, list(memory.items("a"))) == (0, 0, [])


@pytest.mark.parametrize("tenants", [1, 3])
def test_threads_leave_it_as_they_would_one_after_another(tenants: int) -> None:
    memory = Memory(200_000)

    def work(seed: int) -> None:
        for number in range(400):
            tenant, key = (seed + number) % tenants, (number * 7 + seed) % 40
            if number % 3:
                memory.get(tenant, key)
            else:
                memory.put(tenant, key, entry())
            if number % 17 == 0:
                memory.drop(tenant, key)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = [each for tenant in range(tenants) for _key, each in memory.items(tenant)]
    assert memory.bytes == sum(map(weight, held))
    assert len(memory) == len(held)
