"""A server killed at the worst moments, and one that hears what a command beside it wrote."""

from __future__ import annotations

import json
import signal
import socket
import statistics
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.recording import FOLDER
from tests.services.site import Site

HEARD_MS = 100
PATIENCE_S = 60
SIGN_UP = """
from uuid import uuid4
from apps.accounts.actions import create_person
from apps.events.models import Event
create_person(email=f"{uuid4().hex}@example.org", name="Anna", password=None)
print(Event.objects.order_by("-id").first().pk)
"""
SIGN_UPS = 21
SIGN_UPS_BY_THE_CLOCK = f"""
import json, time
from uuid import uuid4
from apps.accounts.actions import create_person
from apps.events.models import Event
at = []
for _ in range({SIGN_UPS}):
    create_person(email=uuid4().hex + "@example.org", name="Anna", password=None)
    at.append(time.clock_gettime_ns(time.CLOCK_MONOTONIC))
ids = list(Event.objects.order_by("-id").values_list("id", flat=True)[:len(at)])
print(json.dumps(dict(zip(reversed(ids), at))))
"""


class Recorded:
    """A site, what it tells of itself, and the effects it leaves."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.folder = folder
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(folder / "socket"))
        self.socket.settimeout(PATIENCE_S)

    def told(self) -> list[str]:
        return self.socket.recv(200).decode().split()

    def until(self, *words: str) -> None:
        while self.told()[: len(words)] != list(words):
            pass

    def effects(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*-*"))

    def sign_up(self) -> str:
        return self.site.python(SIGN_UP).strip()


@pytest.fixture(scope="module")
def recorded(new_site: Callable[..., Site], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    folder = tmp_path_factory.mktemp("recorded")
    env = {"DJANGO_SETTINGS_MODULE": "tests.integration.recording_settings", FOLDER: str(folder)}
    # Nothing but what it hears wakes the relay, so that a test decides when it runs.
    found = Recorded(new_site(**env, CAIRN_EVENTS_RELAY_INTERVAL_MS="600000"), folder)
    found.site.start()
    yield found
    found.site.stop()
    found.socket.close()


@pytest.mark.parametrize(
    "place", ["when-heard", "before-first", "after-first", "before-second", "after-second"]
)
def test_a_server_killed_between_commit_and_the_end_of_its_handlers_has_every_effect_once(recorded, place):
    (recorded.folder / f"die-{place}").touch()
    id = recorded.sign_up()
    assert recorded.site.process.wait(PATIENCE_S) == -signal.SIGKILL
    before = [path for path in recorded.effects() if path.endswith(f"-{id}")]
    assert len(before) == {"when-heard": 0, "before-first": 0, "after-second": 2}.get(place, 1)
    recorded.site.start()
    recorded.until("second", id)
    wanted = [f"{name}-{event}" for name in ("first", "second") for event in range(1, int(id) + 1)]
    assert recorded.effects() == sorted(wanted)


def test_a_command_beside_the_server_is_heard_at_once(recorded):
    heard: dict[str, int] = {}

    def listen() -> None:
        while len(heard) < SIGN_UPS:
            what, id, *at = recorded.told()
            if what == "heard":
                heard[id] = int(at[0])

    with ThreadPoolExecutor(1) as pool:  # a full socket would hold up the server
        listening = pool.submit(listen)
        written = json.loads(recorded.site.python(SIGN_UPS_BY_THE_CLOCK))
        listening.result(PATIENCE_S)
    assert heard.keys() == written.keys()
    late_ms = [(heard[id] - at) / 1e6 for id, at in written.items()]
    assert statistics.median(late_ms) < HEARD_MS, late_ms


def test_a_server_ends_when_asked_to(recorded):
    process = recorded.site.process
    recorded.site.stop()
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in recorded.site.log()
