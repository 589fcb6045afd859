"""Eight processes write to the log at once, on the database of this run; one more follows them."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.integration.writers import ROUNDS, STREAMS
from tests.services.site import ROOT

WRITERS = 8
EVENTS = WRITERS * sum(1 + (turn % 3 == 0) for turn in range(ROUNDS))
PATIENCE_S = 120
MAKE = """
from uuid import UUID
from apps.accounts.actions import create_person
for number in range(1, {count} + 1):
    create_person(email=f"{{number}}@example.org", name="Anna", password=None, person_id=UUID(int=number))
"""
READ = """
import json
from apps.accounts.models import User
from apps.events.models import Event, Stream
events = Event.objects.order_by("id")
print(json.dumps({
    "positions": {
        str(s.pk): list(events.filter(stream_id=s.pk).values_list("position", flat=True))
        for s in Stream.objects.all()
    },
    "last": {str(s.pk): s.position for s in Stream.objects.all()},
    "operations": len(set(events.values_list("operation_id", flat=True))),
    "names": sorted(User.objects.values_list("name", flat=True)),
}))
"""


def start(site, role: str, number: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.writers", role, str(number)],
        cwd=ROOT,
        env=site.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process: subprocess.Popen[str], *, go: bool = False) -> str:
    told, _ = process.communicate("go\n" if go else None, timeout=PATIENCE_S)
    assert process.returncode == 0
    return told


def test_positions_are_gapless_in_commit_order_and_heard_as_such(new_site):
    site = new_site()
    site.python(MAKE.format(count=len(STREAMS)))
    before = json.loads(site.python(READ))["last"]
    observer = start(site, "follow", EVENTS)
    writers = [start(site, "write", number) for number in range(WRITERS)]
    try:
        for writer in writers:
            writer.stdin.write("go\n")
            writer.stdin.flush()
        for writer in writers:
            finish(writer)
        told = json.loads(finish(observer))
    finally:
        for process in (observer, *writers):
            process.kill()
            process.wait()
    found = json.loads(site.python(READ))
    assert told["gaps"] == []
    assert "lost" not in found["names"]
    assert sum(found["last"].values()) == EVENTS + len(STREAMS)
    assert found["operations"] == EVENTS + len(STREAMS)
    for stream in map(str, STREAMS):
        assert found["positions"][stream] == list(range(1, found["last"][stream] + 1))
        assert told["heard"][stream] == list(range(before[stream] + 1, found["last"][stream] + 1))
