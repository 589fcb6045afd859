"""Four real processes over one cluster: one of them makes what all of them miss."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from apps.caching.shared import LEASE_S
from tests.services.redis_cluster import RedisCluster
from tests.services.site import ROOT

READERS = 250
PATIENCE_S = 60

type Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def start(redis_nodes: RedisCluster) -> Iterator[Start]:
    words = [",".join(redis_nodes.urls), str(uuid4()), str(uuid4()), str(READERS)]
    started: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.sharing", *words],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert told(process) == "ready"
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def told(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def say(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{word}\n")
    process.stdin.flush()


def test_a_thousand_who_miss_at_once_make_it_once(start: Start):
    processes = [start() for _ in range(4)]
    for process in processes:
        say(process, "go")
    last = [process.communicate(timeout=PATIENCE_S)[0].split("\n")[-2] for process in processes]
    assert sorted(last) == ["made 0", "made 0", "made 0", "made 1"]


def test_when_the_one_that_makes_it_is_killed_another_takes_over_within_its_lease(start: Start):
    dead, *others = [start() for _ in range(4)]
    say(dead, "stay")
    word, began = told(dead).split()
    assert word == "making"
    for process in others:
        say(process, "go")
    dead.kill()
    lines = [process.communicate(timeout=PATIENCE_S)[0].split("\n") for process in others]
    assert sorted(each[-2] for each in lines) == ["made 0", "made 0", "made 1"]
    (taken_over,) = [line.split()[1] for each in lines for line in each if line.startswith("making")]
    assert 0 < float(taken_over) - float(began) < LEASE_S + 0.5
