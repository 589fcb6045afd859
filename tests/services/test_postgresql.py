import psycopg
import pytest

from tests.services.postgresql import cluster, free_port


def test_a_cluster_answers_while_it_is_used_and_is_gone_afterwards():
    with cluster() as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(url, connect_timeout=2)


def test_a_free_port_is_one_that_can_be_bound():
    assert 1024 < free_port() < 65536
