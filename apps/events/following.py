"""Following of this process: started once by the server, at its lifespan or with its first request."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence

from .chores import Chore, ChoreThread
from .follower import FollowerThread, Listener
from .processes import BEAT_S, Presence, Weighty
from .relay import Handler
from .relay_threads import ApplyingThread, RelayThread
from .wake import hear_here

begins_here: list[Callable[[], None]] = []  # called when following begins: forget what was learnt before

_lock = threading.Lock()
_running: tuple[FollowerThread, RelayThread, ApplyingThread, ChoreThread, ChoreThread] | None = None


def start(
    listeners: Sequence[Listener],
    handlers: Sequence[Handler],
    weighty: Weighty = lambda _event: False,
    chores: Sequence[Chore] = (),
    ahead: Sequence[Handler] = (),
) -> None:
    """Follow the log and relay it. A second call does nothing. `weighty` events are acknowledged once
    all listeners have heard them. The handlers `ahead` wait for none of the others."""
    global _running
    with _lock:
        if _running is None:
            relay = RelayThread(ahead)
            presence = Presence(weighty)
            follower = FollowerThread([*listeners, presence.listen, relay.wake], list(begins_here), presence)
            _running = (
                follower,
                relay,
                ApplyingThread(handlers, relay),
                ChoreThread(chores, lambda: relay.holding),
                ChoreThread([Chore(presence.beat, BEAT_S)], lambda: True, name="events-presence"),
            )
            hear_here.append(follower.hear)
            for thread in _running:
                thread.start()


def stop(timeout_s: float = 5.0) -> None:
    global _running
    with _lock:
        if _running is not None:
            hear_here.clear()
            for thread in _running:
                thread.stop()
            for thread in _running:
                thread.join(timeout_s)
            _running = None


def is_following() -> bool:
    return _running is not None and _running[0].following.is_set()


def is_relaying() -> bool:
    """Whether this process holds the relay's lock; what is to be done by one process alone asks this."""
    return _running is not None and _running[1].holding


def confirmed_at() -> float:
    """Monotonic time before which everything that was committed has been delivered here."""
    return _running[0].confirmed_at if _running else float("-inf")


def events_heard() -> int:
    """Events this process has heard since it started."""
    follower = _running[0].follower if _running else None
    return follower.heard if follower else 0


def _forget() -> None:
    """Threads do not live on in a forked child, and it must not keep the relay's lock from others."""
    global _running, _lock
    _lock = threading.Lock()
    hear_here.clear()
    if _running is not None:
        _running[1].lock.forget()
        _running = None


os.register_at_fork(after_in_child=_forget)
