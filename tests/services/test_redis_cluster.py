"""The cluster that tests start is the one that operators run: the same configuration."""

from tests.services.redis_cluster import RedisCluster


def test_it_runs_the_configuration_of_the_site(redis_nodes: RedisCluster):
    said = redis_nodes.masters[0].call("CONFIG", "GET", "maxmemory-policy")
    assert said == {"maxmemory-policy": "volatile-lfu"}
    assert redis_nodes.masters[0].call("CONFIG", "GET", "cluster-node-timeout") == {
        "cluster-node-timeout": "2000"
    }


def test_each_master_has_a_replica_and_a_part_of_the_slots(redis_nodes: RedisCluster):
    first, follower = redis_nodes.master_of("{a}")
    assert first.call("SET", "{a}", "1") is True
    assert first.call("WAIT", 1, 1000) == 1
    assert follower.call("ROLE")[0] == "slave"
