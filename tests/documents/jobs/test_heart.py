"""What a running job tells while it works, and a process that cannot be started."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from django.db import OperationalError

from apps.documents.jobs import heart as hearts
from apps.documents.jobs import launching
from apps.documents.jobs.heart import Heart
from apps.documents.jobs.rows import add_job, claim, note
from apps.documents.models import Job
from apps.documents.models.job import Kind, State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job():
    added = add_job(uuid4(), uuid4(), uuid4(), Kind.EXPORT, {})
    return claim(added.pk)


@pytest.mark.parametrize("fails", [0, 2])
def test_how_far_it_is_is_written_from_beside_and_again_where_that_failed(job, monkeypatch, fails):
    left, written = [OperationalError("database is locked")] * fails, threading.Event()

    def noting(*values):
        if left:
            raise left.pop()
        note(*values)
        written.set()

    monkeypatch.setattr(hearts, "note", noting)
    monkeypatch.setattr(hearts, "LOOK_S", 0.01)
    with Heart(job.pk) as heart:
        heart.step("pack", 3, 10)
        assert written.wait(20)
    row = Job.objects.get(pk=job.pk)
    assert (row.stage, row.done, row.total, row.state) == ("pack", 3, 10, State.RUNNING)
    assert row.seen_at > job.seen_at


def test_a_sign_of_life_is_given_though_nothing_moves(job, monkeypatch):
    written = threading.Event()
    monkeypatch.setattr(hearts, "note", lambda *_: written.set())
    monkeypatch.setattr(hearts, "LOOK_S", 0.01)
    monkeypatch.setattr(hearts, "BEAT_S", 0.0)
    with Heart(job.pk):
        assert written.wait(20)


def test_a_process_that_cannot_start_is_told(monkeypatch):
    job = add_job(uuid4(), uuid4(), uuid4(), Kind.EXPORT, {})
    monkeypatch.setattr(launching.sys, "executable", "/nowhere/python")
    launching.launch(job.pk)
    assert Job.objects.get(pk=job.pk).state == State.FAILED
