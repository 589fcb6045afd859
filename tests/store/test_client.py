"""The client answers in time or says that it cannot; a caller that leaves takes nothing with it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from apps.store.client import LOOK_AGAIN_S, Store, StoreUnavailableError
from apps.store.keys import key
from apps.store.scripts import script
from tests.services.postgresql import free_port
from tests.services.redis_cluster import RedisCluster, until

TENANTS = [UUID(int=number) for number in range(1, 13)]


@pytest.fixture
def store(redis_nodes: RedisCluster) -> Iterator[Store]:
    store = Store(redis_nodes.urls, timeout_s=10)
    yield store
    store.close()


def test_it_reads_what_it_wrote_on_every_node(store: Store):
    async def write_and_read() -> list[bytes]:
        for tenant in TENANTS:
            await store.call("SET", key(tenant, "word"), str(tenant), key=key(tenant, "word"))
        return [await store.call("GET", key(each, "word"), key=key(each, "word")) for each in TENANTS]

    assert asyncio.run(write_and_read()) == [str(tenant).encode() for tenant in TENANTS]
    assert store.counts == {"calls": 24}


def test_a_script_is_sent_again_to_a_node_that_has_lost_it(
    store: Store, redis_nodes: RedisCluster, tmp_path: Path
):
    (tmp_path / "echo.lua").write_text("return {KEYS[1], ARGV[1]}")
    echo, name = script(tmp_path / "echo.lua"), key(TENANTS[0], "word")
    assert store.begin_script(echo, [name], "a").result() == [name.encode(), b"a"]
    redis_nodes.master_of(name)[0].call("SCRIPT", "FLUSH")
    assert store.begin_script(echo, [name], "b").result() == [name.encode(), b"b"]


def test_callers_cancelled_at_random_never_mix_replies_up(store: Store):
    """Each canary holds its own name; 10,000 readers leave at random points."""
    names = [key(tenant, "canary", str(number)) for tenant in TENANTS for number in range(20)]
    chance = random.Random(7)

    async def read(name: str) -> None:
        assert await store.call("GET", name, key=name) == name.encode()

    async def storm() -> tuple[int, int]:
        await asyncio.gather(*(store.call("SET", name, name, key=name) for name in names))
        done = cancelled = 0
        for _ in range(100):
            tasks = [asyncio.create_task(read(chance.choice(names))) for _ in range(100)]
            for _ in range(chance.randrange(12)):
                await asyncio.sleep(0)
            for task in tasks:
                if chance.random() < 0.5:
                    task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            cancelled += sum(isinstance(result, asyncio.CancelledError) for result in results)
            done += sum(result is None for result in results)
        await asyncio.gather(*(read(name) for name in names))
        return done, cancelled

    done, cancelled = asyncio.run(storm())
    assert done + cancelled == 10_000
    assert cancelled > 1_000
    assert store.counts["failures"] == 0


def test_a_thousand_at_once_wait_for_their_turn(store: Store):
    name = key(TENANTS[0], "many")

    async def many() -> int:
        await asyncio.gather(*(store.call("INCR", name, key=name) for _ in range(1000)))
        return int(await store.call("GET", name, key=name))

    store.begin("DEL", name, key=name).result()
    assert asyncio.run(many()) == 1000


def test_where_nothing_answers_it_says_so_and_soon_does_not_even_ask():
    store = Store([f"redis://127.0.0.1:{free_port()}"], timeout_s=0.25)
    name = key(TENANTS[0], "word")
    for _ in range(3):
        with pytest.raises(StoreUnavailableError):
            store.begin("GET", name, key=name).result()
    began = time.monotonic()
    for _ in range(100):
        with pytest.raises(StoreUnavailableError, match="asked again"):
            store.begin("GET", name, key=name).result()
    assert time.monotonic() - began < 0.25
    assert store.counts == {"calls": 103, "failures": 3, "refused": 100}
    store.close()


def test_one_node_that_stands_still_costs_the_others_nothing(store: Store, redis_nodes: RedisCluster):
    store.timeout_s = 0.25
    names = [key(tenant, "word") for tenant in TENANTS]
    dead, replica = redis_nodes.master_of(names[0])
    elsewhere = [name for name in names if redis_nodes.master_of(name)[0] is not dead]
    for name in names:
        store.begin("SET", name, name, key=name).result()
    replica.hold()
    dead.hold()
    try:
        for _ in range(3):
            with pytest.raises(StoreUnavailableError):
                store.begin("GET", names[0], key=names[0]).result()
        for name in elsewhere * 20:
            assert store.begin("GET", name, key=name).result() == name.encode()
    finally:
        redis_nodes.heal()

    def answers() -> bool:
        try:
            return bool(store.begin("GET", names[0], key=names[0]).result() == names[0].encode())
        except StoreUnavailableError:
            return False

    until(answers, "the node to be used again", timeout_s=10 * LOOK_AGAIN_S)


def test_when_a_replica_takes_over_it_is_found(store: Store, redis_nodes: RedisCluster):
    store.timeout_s = 0.25
    name = key(TENANTS[1], "kept")
    store.begin("SET", name, "word", key=name).result()
    master, replica = redis_nodes.master_of(name)
    master.call("WAIT", 1, 1000)
    master.kill()

    def answers() -> bool:
        try:
            return bool(store.begin("GET", name, key=name).result() == b"word")
        except StoreUnavailableError:
            return False

    try:
        until(answers, "the replica to take over", timeout_s=15)
        assert replica.call("ROLE")[0] == "master"
    finally:
        redis_nodes.heal()
