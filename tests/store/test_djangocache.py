"""Django's own cache in the cluster: what it promises, across nodes, and without Redis."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import BaseCache
from django_redis.cache import RedisCache

from apps.store.caches import caches_of
from apps.store.client import Store
from apps.store.conf import StoreConf
from apps.store.djangocache import StoreCommands
from tests.services.postgresql import free_port
from tests.services.redis_cluster import RedisCluster


def cache_over(store: Store) -> RedisCache:
    settings = caches_of(StoreConf(redis_urls=store.urls))["default"]
    cache = RedisCache(settings["LOCATION"], settings)
    cache.client.commands = StoreCommands(store)
    return cache


@pytest.fixture
def store(redis_nodes: RedisCluster) -> Iterator[Store]:
    store = Store(redis_nodes.urls, timeout_s=5)
    yield store
    store.close()


@pytest.fixture
def cache(store: Store) -> Iterator[BaseCache]:
    cache = cache_over(store)
    yield cache
    cache.clear()


def test_without_redis_it_is_in_the_process():
    assert caches_of(StoreConf())["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"


def test_values_come_back_as_they_were(cache: BaseCache):
    for value in ("text", "", 7, 0, 1.5, None, True, [1, "a"], {"a": {"b": [1]}}, b"bytes"):
        cache.set("value", value)
        assert cache.get("value", "none") == value
    assert cache.get("nothing") is None
    assert cache.get("nothing", "default") == "default"


def test_it_never_pickles(cache: BaseCache):
    with pytest.raises(TypeError):
        cache.set("value", object())


def test_many_keys_lie_on_many_nodes(cache: BaseCache):
    data = {f"key{number}": number for number in range(50)}
    cache.set_many(data)
    assert cache.get_many([*data, "nothing"]) == data
    cache.delete_many([f"key{number}" for number in range(40)])
    assert sorted(cache.get_many(data)) == [f"key{number}" for number in range(40, 50)]


def test_counting_adding_touching_and_lives(cache: BaseCache):
    assert cache.add("count", 0, 60) is True
    assert cache.add("count", 9, 60) is False
    assert [cache.incr("count"), cache.incr("count", 4), cache.decr("count")] == [1, 5, 4]
    with pytest.raises(ValueError, match="not found"):
        cache.incr("nothing")
    assert cache.touch("count", 100) is True
    assert 90 < cache.ttl("count") <= 100
    assert cache.has_key("count")
    assert cache.delete("count") is True
    assert cache.delete("count") is False
    cache.set("over", 1, 0)
    assert cache.get("over") is None
    cache.set("kept", 1, None)
    assert cache.ttl("kept") is None


def test_clearing_it_leaves_what_else_is_in_the_cluster(cache: BaseCache, store: Store):
    store.begin("SET", "cairn:{other}", "1", key="cairn:{other}").result()
    cache.set_many({f"key{number}": number for number in range(50)})
    cache.clear()
    assert cache.get_many([f"key{number}" for number in range(50)]) == {}
    assert store.begin("GET", "cairn:{other}", key="cairn:{other}").result() == b"1"


def test_a_pattern_is_deleted_everywhere(cache: BaseCache):
    cache.set_many({"a:1": 1, "a:2": 2, "b:1": 3})
    assert cache.delete_pattern("a:*") == 2
    assert cache.get_many(["a:1", "a:2", "b:1"]) == {"b:1": 3}


def test_where_redis_is_gone_it_is_empty():
    store = Store([f"redis://127.0.0.1:{free_port()}"], timeout_s=0.25)
    cache = cache_over(store)
    cache.set("value", 1)
    assert cache.get("value", "default") == "default"
    assert not cache.add("value", 1)
    assert not cache.incr("value")
    assert cache.get_many(["value"]) == {}
    assert not cache.delete("value")
    assert not cache.touch("value", 5)
    cache.set_many({"value": 1})
    cache.delete_many(["value"])
    cache.clear()
    store.close()
