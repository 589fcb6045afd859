"""The cluster that tests start is the one that operators run: the same configuration."""

import socket
import threading
from pathlib import Path

import pytest

from tests.services.redis_cluster import Node, RedisCluster

MEETING_S = 2  # the nodes' timeout: one that does not answer for so long was not met


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


def test_one_that_stands_still_while_they_meet_is_introduced_again(tmp_path: Path):
    cluster = RedisCluster(tmp_path)
    try:
        for node in cluster.nodes:
            node.start()
        slow = cluster.replicas[0]
        slow.hold()
        threading.Timer(2 * MEETING_S, slow.release).start()
        cluster.form()
        assert {node.port for node in cluster.replicas} == {
            int(master.call("ROLE")[2][0][1]) for master in cluster.masters
        }
    finally:
        cluster.stop()


def test_a_node_that_does_not_start_says_why(tmp_path: Path):
    node = Node(tmp_path / "node")
    with (
        socket.create_server(("127.0.0.1", node.bus_port)),
        pytest.raises(RuntimeError, match="Address already in use"),
    ):
        node.start()
