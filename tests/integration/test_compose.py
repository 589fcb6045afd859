"""What compose.yaml starts, as processes: its Redis nodes, and the job that makes one cluster of them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path

import pytest
import redis
import yaml
from django.test import RequestFactory

from apps.accounts import addresses
from apps.accounts.conf import AccountsConf
from apps.conf import load
from project.conf import SiteConf
from tests.services.postgresql import free_port
from tests.services.varnish import ROOT, command_of
from tests.services.visitor import until

pytestmark = pytest.mark.sqlite_only("no database has a part in it")

CONF = ROOT / "deploy" / "redis" / "redis.conf"


def answers(port: int) -> bool:
    try:
        with redis.Redis(port=port, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[list[int]]:
    """Six nodes, each by its own service's command with this machine's addresses and folders."""
    with ExitStack() as stack:
        found = []
        for number in range(1, 7):
            port, folder = free_port(), tmp_path / f"redis{number}"
            folder.mkdir()
            here = {
                "/etc/redis/redis.conf": str(CONF),
                "6379": str(port),
                "/data": str(folder),
                "0.0.0.0": "127.0.0.1",
                "256mb": "64mb",
            }
            command = [here.get(word, word) for word in command_of(f"redis{number}")]
            with (folder / "log").open("wb") as log:
                node = subprocess.Popen(
                    [*command, "--cluster-port", str(free_port())], stdout=log, stderr=log
                )
            stack.callback(node.wait)
            stack.callback(node.kill)
            until(lambda port=port: answers(port), bool, f"the node at {port}")
            found.append(port)
        yield found


def test_the_job_makes_one_cluster_of_the_nodes_and_does_it_once(ports):
    command = [str(ROOT / "deploy" / "redis" / "form-cluster"), *(f"127.0.0.1:{port}" for port in ports)]
    assert len(command) == len(command_of("redis-cluster"))
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.endswith(f"the cluster at 127.0.0.1:{ports[0]} is whole\n")
    with redis.Redis(port=ports[0], decode_responses=True) as client:
        until(
            lambda: sorted(node["flags"].split(",")[-1] for node in client.cluster("nodes").values()),
            lambda flags: flags == ["master"] * 3 + ["slave"] * 3,
            "three masters, each with a replica",
        )


@pytest.mark.parametrize("service", ["web1", "web2"])
def test_visitors_are_told_apart_by_their_own_addresses(service, monkeypatch):
    """Docker gives connections of the host's proxy the network's first address; Varnish adds it."""
    env = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"][service]["environment"]
    own = {name: value for name, value in env.items() if name.startswith("CAIRN_ACCOUNTS_")}
    monkeypatch.setattr(addresses, "conf", load(AccountsConf, "CAIRN_ACCOUNTS", own))
    for visitor in ("198.51.100.1", "203.0.113.9"):
        forwarded = {"X-Forwarded-For": f"{visitor}, 172.30.7.1"}
        request = RequestFactory().get("/", REMOTE_ADDR="172.30.7.5", headers=forwarded)
        assert addresses.client_address(request) == visitor


def test_every_file_that_a_service_is_given_is_there():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    given = {
        volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", [])
    }
    files = {path for path in given if path.startswith("./")}
    assert files == {"./deploy/redis/redis.conf", "./deploy/redis/form-cluster", "./deploy/varnish"}
    assert [path for path in files if not (ROOT / path).exists()] == []


def test_the_sites_are_given_what_the_example_names_and_every_setting_of_mail():
    env = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["web1"]["environment"]
    mail = {f"CAIRN_{field.name.upper()}" for field in fields(SiteConf) if field.name.startswith("email_")}
    assert {*mail, "CAIRN_TIME_ZONE", "CAIRN_NOTIFICATIONS_SITE_URL"} <= set(env)
    example = (ROOT / "deploy" / "example.env").read_text()
    named = set(re.findall(r"^#?(CAIRN_\w+)=", example, re.MULTILINE))
    assert mail <= named
    asked = set(re.findall(r"\$\{(CAIRN_\w+)", (ROOT / "compose.yaml").read_text()))
    passed = {name for name, value in env.items() if value is None}
    assert named <= asked | passed
