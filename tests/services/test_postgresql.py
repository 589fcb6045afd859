from tests.services.postgresql import cluster, free_port

import psycopg


def test_a_cluster_answers_while_it_is_used_and_is_gone_afterwards():
    with cluster() as url:
        with psycopg.connect(url) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError as error:
        assert "refused" in str(error)
    else:
        raise AssertionError("the cluster still answers")


def test_a_free_port_is_one_that_can_be_bound():
    assert 1024 < free_port() < 65536
