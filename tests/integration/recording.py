"""A listener and two handlers that say what they heard, and kill their process where a test asks for it.

Their folder is named by the environment. An effect is a file named for handler and event, so to have
it twice is to have it once; each is told by a datagram to the socket beside it.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

from apps.events.models import Event

FOLDER = "TEST_RECORDING"


def folder() -> Path:
    return Path(os.environ[FOLDER])


def tell(*words: object) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(" ".join(map(str, words)).encode(), str(folder() / "socket"))


def die_if_asked(place: str) -> None:
    """As a power cut would end it, once: the request is taken away before."""
    request = folder() / f"die-{place}"
    if request.exists():
        request.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def heard(event: Event) -> None:
    at = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    die_if_asked("when-heard")
    tell("heard", event.pk, at)


def first(event: Event) -> None:
    _apply("first", event)


def second(event: Event) -> None:
    _apply("second", event)


def _apply(name: str, event: Event) -> None:
    die_if_asked(f"before-{name}")
    (folder() / f"{name}-{event.pk}").touch()
    die_if_asked(f"after-{name}")
    tell(name, event.pk)
