import socket

import psycopg
import pytest

from tests.services.postgresql import cluster, free_port


def test_a_cluster_answers_while_it_is_used_and_is_gone_afterwards():
    with cluster() as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(url, connect_timeout=2)


def test_a_free_port_is_one_that_can_be_bound_and_that_no_connection_is_given():
    port = free_port()
    assert 1024 < port < 65536
    with socket.create_server(("127.0.0.1", port)), socket.create_server(("127.0.0.1", 0)) as given:
        assert given.getsockname()[1] > port
