"""A Redis that is wrong or gone is told of at the start, without its password."""

from __future__ import annotations

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.conf import load
from apps.store.client import Store
from apps.store.conf import PREFIX, StoreConf
from apps.store.process import check, store_of
from tests.services.postgresql import free_port
from tests.services.redis_cluster import RedisCluster


def conf(urls: str) -> StoreConf:
    return load(StoreConf, PREFIX, {"CAIRN_STORE_REDIS_URLS": urls})


def test_without_addresses_there_is_no_store():
    assert conf("").redis_urls == ()
    assert store_of(conf("")) is None


@pytest.mark.parametrize(
    ("urls", "said"),
    [
        ("redis:7000", r"redis:7000: redis://\[user:password@\]host:port"),
        ("http://a:1", "http://a:1: redis://"),
        ("redis://a:1/3", "a cluster has no numbered databases"),
        ("redis://u:secret@a:1/3", r"redis://u:\*\*\*@a:1/3: a cluster"),
        ("redis://a:1,rediss://b:1", "the same user, password and scheme"),
    ],
)
def test_a_wrong_address_stops_the_start(urls: str, said: str):
    with pytest.raises(ImproperlyConfigured, match=said):
        conf(urls)


def test_a_cluster_that_answers_is_not_spoken_of(redis_nodes: RedisCluster, caplog: pytest.LogCaptureFixture):
    store = Store(redis_nodes.urls[:2])
    check(store, required=True)
    store.close()
    assert caplog.records == []


def test_one_that_is_gone_stops_the_start_where_it_is_required():
    url = f"redis://cairn:secret@127.0.0.1:{free_port()}"
    store = Store([url])
    with pytest.raises(ImproperlyConfigured, match=r"redis://cairn:\*\*\*@127.0.0.1:\d+: no Redis") as caught:
        check(store, required=True)
    assert "secret" not in str(caught.value)
    store.close()


def test_else_the_site_starts_and_says_that_it_will_be_slower(caplog: pytest.LogCaptureFixture):
    store = Store([f"redis://127.0.0.1:{free_port()}"])
    with caplog.at_level(logging.WARNING):
        check(store, required=False)
    assert [record.getMessage().endswith("slower, until it answers.") for record in caplog.records] == [True]
    store.close()
