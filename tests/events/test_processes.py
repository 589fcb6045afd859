"""Who is waited for, and who may trust what it remembers: never one that is not waited for."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from types import SimpleNamespace

import pytest
from django.db import connection

from apps.events import follower as followers
from apps.events import following, processes
from apps.events.follower import Follower, FollowerThread
from apps.events.models import Process
from apps.events.processes import ALIVE, WAIT_S, Presence

PATIENCE_S = 30
NEVER = float("-inf")


@pytest.fixture
def clock(monkeypatch):
    """The monotonic time of this process."""
    now = SimpleNamespace(s=1000.0)
    fake = SimpleNamespace(monotonic=lambda: now.s)
    monkeypatch.setattr(processes, "time", fake)
    monkeypatch.setattr(followers, "time", fake)
    return now


def nothing_weighs(_event):
    return False


@pytest.mark.django_db
def test_memory_is_confirmed_from_the_first_beat_on_and_while_beats_are_written(clock):
    presence = Presence(nothing_weighs)
    thread = FollowerThread([], presence=presence)
    follower = thread.begin()
    thread._look(follower)
    assert thread.confirmed_at == NEVER
    presence.beat()
    thread._look(follower)
    assert thread.confirmed_at == 1000
    clock.s += ALIVE.total_seconds() - WAIT_S - 0.1
    thread._look(follower)
    assert thread.confirmed_at == clock.s
    clock.s += 0.2  # trusted for WAIT_S from here, it would be for longer than it is waited for
    thread._look(follower)
    assert thread.confirmed_at == pytest.approx(clock.s - 0.2)
    presence.beat()
    thread._look(follower)
    assert thread.confirmed_at == clock.s


@pytest.mark.django_db
def test_a_beat_that_cannot_be_written_counts_for_nothing(clock, monkeypatch):
    presence = Presence(nothing_weighs)
    with monkeypatch.context() as broken:
        broken.setattr(Process.objects, "update_or_create", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            presence.beat()
    assert not presence.is_awaited()


@pytest.mark.django_db
def test_who_has_left_confirms_nothing_and_is_not_brought_back_by_a_late_beat():
    presence = Presence(nothing_weighs)
    presence.beat()
    assert presence.is_awaited()
    presence.leave()
    presence.beat()
    assert not presence.is_awaited()
    assert not Process.objects.exists()


@pytest.mark.sqlite_only("on PostgreSQL no write keeps a beat waiting")
@pytest.mark.django_db(transaction=True)
def test_looks_go_on_while_a_beat_waits_for_a_long_write(monkeypatch):
    looks, asked = threading.Semaphore(0), threading.Event()
    look, beat = Follower.look, Presence.beat

    def noted_look(self: Follower) -> None:
        look(self)
        looks.release()

    def noted_beat(self: Presence) -> None:
        if held.is_set():
            asked.set()
        beat(self)

    held = threading.Event()
    monkeypatch.setattr(Follower, "look", noted_look)
    monkeypatch.setattr(Presence, "beat", noted_beat)
    monkeypatch.setattr(followers, "LOOK_EVERY_S", 0.03)
    monkeypatch.setattr(processes, "BEAT_S", 0.0)
    monkeypatch.setattr(following, "BEAT_S", 0.0)
    following.start([], [])
    try:
        assert following._running is not None
        assert following._running[0].following.wait(PATIENCE_S)
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            held.set()
            assert asked.wait(PATIENCE_S)
            while looks.acquire(blocking=False):
                pass
            for _ in range(3):
                assert looks.acquire(timeout=15)
            before = following.confirmed_at()
            for _ in range(2):
                assert looks.acquire(timeout=15)
            assert following.confirmed_at() > before
            other.execute("ROLLBACK")
    finally:
        following.stop()
