"""L2: what one process made, others use as long as it holds, and not a moment longer."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest

from apps.caching.fills import Made
from apps.caching.shared import FRESH_S, STALE_S, VALUE_MAX_BYTES
from apps.caching.shared_index import index_key
from apps.caching.sizes import too_large
from apps.events.follower import Cursor
from apps.store.client import Store
from tests.caching.nodes import KEY, Log, Process
from tests.services.postgresql import free_port
from tests.services.redis_cluster import RedisCluster
from tests.services.visitor import until

type NewProcess = Callable[..., Process]


@pytest.fixture
def store(redis_nodes: RedisCluster) -> Iterator[Store]:
    store = Store(redis_nodes.urls, timeout_s=5)
    yield store
    store.close()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture(params=[1, 7], ids=["together", "spread"])
def new_process(store: Store, log: Log, request: pytest.FixtureRequest) -> Iterator[NewProcess]:
    made: list[Process] = []

    def make(**options: object) -> Process:
        made.append(Process(store, log, slots=request.param, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for process in made:
        process.close()


@pytest.fixture
def hut(log: Log) -> UUID:
    stream = uuid4()
    log.commit(stream, "old")
    return stream


def test_what_one_process_made_another_does_not_make_again(new_process: NewProcess, hut: UUID):
    first, second = new_process(), new_process()
    assert asyncio.run(first.page(hut)) == "old"
    assert asyncio.run(second.page(hut)) == "old"
    assert (first.made, second.made) == (["old"], [])
    assert second.memory.get(hut, KEY) is not None


def test_nobody_is_given_what_has_changed(new_process: NewProcess, hut: UUID):
    first, second = new_process(), new_process()
    assert asyncio.run(first.page(hut)) == "old"
    event = first.commit(hut, "new")
    second.hear(event)
    assert asyncio.run(second.page(hut)) == "new"
    assert asyncio.run(first.page(hut)) == "new"
    assert (first.made, second.made) == (["old"], ["new"])


def test_what_redis_has_not_heard_is_brought_there_before_it_answers(
    new_process: NewProcess, log: Log, hut: UUID
):
    first, second = new_process(), new_process()
    assert asyncio.run(first.page(hut)) == "old"
    assert first.shared_index.heard(hut) in {None, Cursor(log.log_id, 1)}
    second.hear(log.commit(hut, "new"))  # nobody told Redis
    assert asyncio.run(second.page(hut)) == "new"
    assert first.shared_index.heard(hut) == Cursor(log.log_id, 2)


def test_a_process_that_starts_asks_how_far_the_log_is(new_process: NewProcess, log: Log, hut: UUID):
    assert asyncio.run(new_process().page(hut)) == "old"
    log.commit(hut, "new")
    late = new_process()
    assert asyncio.run(late.page(hut)) == "new"
    assert late.made == ["new"]


def test_one_that_starts_later_uses_what_is_older_than_its_own_index(
    new_process: NewProcess, log: Log, hut: UUID
):
    first = new_process()
    assert asyncio.run(first.page(hut)) == "old"
    for _ in range(3):
        first.commit(hut, None)
    late = new_process()
    assert asyncio.run(late.page(hut)) == "old"
    assert asyncio.run(late.page(hut)) == "old"
    assert late.made == []
    entry = late.memory.get(hut, KEY)
    assert entry is not None
    assert entry.stamps == {hut: Cursor(log.log_id, 4)}


def test_what_depends_on_a_person_too_is_judged_by_both_streams(new_process: NewProcess, log: Log, hut: UUID):
    person = uuid4()
    log.commit(person, "Ada")
    first, second, third = new_process(), new_process(), new_process()
    assert asyncio.run(first.page(hut, [person])) == "old Ada"
    assert asyncio.run(second.page(hut, [person])) == "old Ada"
    assert second.made == []
    third.hear(log.commit(person, "Ada L."))
    assert asyncio.run(third.page(hut, [person])) == "old Ada L."


def test_one_that_is_cut_off_asks_the_table(new_process: NewProcess, log: Log, hut: UUID):
    first, second = new_process(), new_process()
    assert asyncio.run(first.page(hut)) == "old"
    assert asyncio.run(second.page(hut)) == "old"
    log.commit(hut, "new")
    second.hears = False
    second.memory.clear()
    assert asyncio.run(second.page(hut)) == "new"


def test_an_index_that_was_lost_says_nothing_of_what_is_older(
    new_process: NewProcess, log: Log, hut: UUID, store: Store
):
    first = new_process()
    assert asyncio.run(first.page(hut)) == "old"
    first.commit(hut, None)
    first.replay.bring(hut, log.cursor(hut))
    name = index_key(hut)
    store.begin("DEL", name, key=name).result()
    late = new_process()
    assert asyncio.run(late.page(hut)) == "old"
    assert late.made == ["old"]
    assert late.shared_index.heard(hut) == Cursor(log.log_id, 2)


def test_what_a_failover_lost_is_brought_again(new_process: NewProcess, log: Log, hut: UUID, store: Store):
    """The new master has the entry and the index of before: both say that the old page is fresh."""
    first, second = new_process(), new_process()
    assert asyncio.run(first.page(hut)) == "old"
    assert asyncio.run(second.page(hut)) == "old"
    names = [index_key(hut), first.shared.name(hut, KEY)]
    kept = [store.begin("DUMP", name, key=name).result() for name in names]
    event = first.commit(hut, "new")
    second.hear(event)
    first.replay.bring(hut, log.cursor(hut))
    assert asyncio.run(first.page(hut)) == "new"
    for name, data in zip(names, kept, strict=True):
        store.begin("RESTORE", name, 600_000, data, "REPLACE", key=name).result()
    assert first.shared_index.heard(hut) == Cursor(log.log_id, 1)
    assert asyncio.run(second.page(hut)) == "new"
    late = new_process()
    assert asyncio.run(late.page(hut)) == "new"
    assert first.shared_index.heard(hut) == Cursor(log.log_id, 2)


def test_after_a_restore_nothing_of_before_holds(new_process: NewProcess, log: Log, hut: UUID):
    assert asyncio.run(new_process().page(hut)) == "old"
    log.log_id = uuid4()
    log.rows[hut] = "restored"
    late, later = new_process(), new_process()
    assert asyncio.run(late.page(hut)) == "restored"
    assert asyncio.run(later.page(hut)) == "restored"
    assert (late.made, later.made) == (["restored"], [])


def test_another_make_of_the_same_page_has_another_key(new_process: NewProcess, hut: UUID):
    first, deployed = new_process(), new_process(digest="other templates")
    assert asyncio.run(first.page(hut)) == "old"
    assert asyncio.run(deployed.page(hut)) == "old"
    assert deployed.made == ["old"]


def test_what_is_over_is_served_once_more_and_made_anew(new_process: NewProcess, hut: UUID, store: Store):
    first, second = new_process(), new_process()
    assert asyncio.run(first.page(hut)) == "old"
    name = first.shared.name(hut, KEY)
    left_ms = store.begin("PTTL", name, key=name).result()
    assert 0 <= (60 + STALE_S) * 1000 - left_ms < 30_000
    store.begin("PEXPIRE", name, int((STALE_S - 1) * 1000), key=name).result()
    assert asyncio.run(second.page(hut)) == "old"
    entry = second.memory.get(hut, KEY)
    assert entry is not None
    assert entry.state(second.index, second.clock()).name == "EXPIRED"
    assert second.made == []

    async def renew() -> None:
        second.fills.renew(second.memory, hut, KEY, lambda reads: second.make(reads, hut), second.shared)
        await asyncio.wrap_future(second.fills._running[hut, KEY].done)

    asyncio.run(renew())
    assert second.made == ["old"]
    third = new_process()
    assert asyncio.run(third.page(hut)) == "old"
    assert third.made == []


def test_what_has_no_life_of_its_own_is_kept_for_fifteen_minutes(
    new_process: NewProcess, hut: UUID, store: Store
):
    process = new_process()

    def make(reads: object) -> Made:
        return Made(process.make(reads, hut).value, 3, None)  # type: ignore[arg-type]

    asyncio.run(process.fills.fetch(process.memory, hut, KEY, make, process.shared))
    name = process.shared.name(hut, KEY)
    left_ms = store.begin("PTTL", name, key=name).result()
    assert (FRESH_S + STALE_S) * 1000 == 900_000
    assert 0 <= 900_000 - left_ms < 30_000


def test_pages_of_a_large_handbook_are_spread_over_the_nodes_and_its_leases_are_not(
    store: Store, log: Log, hut: UUID
):
    process = Process(store, log, slots=7)
    keys = [("public", f"/hut/{number}/") for number in range(40)]
    names = {process.shared.name(hut, key) for key in keys}
    assert {re.search(r"\{(.*)\}", name)[1] for name in names} == {f"{hut}:{n}" for n in range(7)}  # type: ignore[index]
    assert {process.shared._lease(hut, key).partition("}")[0] for key in keys} == {f"cairn:{{{hut}"}
    for key in keys:
        asyncio.run(process.page(hut, key=key))
    other = Process(store, log, slots=7)
    for key in keys:
        assert asyncio.run(other.page(hut, key=key)) == "old"
    assert (len(process.made), other.made) == (40, [])
    process.close()
    other.close()


def test_a_crawl_of_one_handbook_pushes_out_its_own(
    new_process: NewProcess, log: Log, hut: UUID, store: Store
):
    other = uuid4()
    log.commit(other, "old")
    process = new_process(most=10)
    asyncio.run(process.page(other))
    names = [process.shared.name(hut, ("public", f"/hut/{number}/")) for number in range(25)]
    for number in range(25):
        asyncio.run(process.page(hut, key=("public", f"/hut/{number}/")))

    def there() -> list[int]:
        return [number for number, name in enumerate(names) if store.begin("EXISTS", name, key=name).result()]

    until(there, lambda left: left == list(range(15, 25)), "the first to leave")
    name = process.shared.name(other, KEY)
    assert store.begin("EXISTS", name, key=name).result()


def test_what_is_too_large_is_not_shared_but_told(
    new_process: NewProcess, log: Log, hut: UUID, caplog: pytest.LogCaptureFixture
):
    first, second = new_process(), new_process()
    before = too_large["shared page"]
    log.rows[hut] = "x" * VALUE_MAX_BYTES
    with caplog.at_level(logging.WARNING):
        asyncio.run(first.page(hut))
    assert too_large["shared page"] == before + 1
    assert "1000000 are allowed" in caplog.text
    asyncio.run(second.page(hut))
    assert len(second.made) == 1


def test_what_its_codec_keeps_back_is_not_shared(new_process: NewProcess, log: Log, hut: UUID):
    first, second = new_process(), new_process()
    log.rows[hut] = "not shared"
    asyncio.run(first.page(hut))
    asyncio.run(second.page(hut))
    assert second.made == ["not shared"]


def test_what_cannot_be_read_or_is_of_another_key_is_a_miss(new_process: NewProcess, hut: UUID, store: Store):
    first, second = new_process(), new_process()
    asyncio.run(first.page(hut))
    name, other = first.shared.name(hut, KEY), first.shared.name(hut, ("public", "/hut/other/"))
    value = store.begin("GET", name, key=name).result()
    store.begin("SET", other, value, key=other).result()
    assert asyncio.run(second.page(hut, key=("public", "/hut/other/"))) == "old"
    assert second.made == ["old"]
    assert second.shared.counts["unreadable"] == 2  # before its turn, and with it
    store.begin("SET", name, value[:60], key=name).result()
    assert asyncio.run(second.page(hut)) == "old"


def test_a_long_address_has_a_key_of_its_own(new_process: NewProcess, hut: UUID):
    process = new_process()
    names = {process.shared.name(hut, ("public", "/hut/" + "a" * 400 + end)) for end in "bc"}
    assert len(names) == 2
    assert max(map(len, names)) < 200


def test_without_redis_each_process_makes_its_own(log: Log, hut: UUID):
    store = Store([f"redis://127.0.0.1:{free_port()}"], timeout_s=0.25)
    process = Process(store, log)
    assert asyncio.run(process.page(hut)) == "old"
    process.commit(hut, "new")
    assert asyncio.run(process.page(hut)) == "new"
    assert process.made == ["old", "new"]
    process.close()
    store.close()
