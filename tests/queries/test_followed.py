"""What is made of a stream's rows: by one at a time, and no stream waits for another."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import connection

from apps.events.guard import opened
from apps.events.models import Stream
from apps.queries.followed import Followed

pytestmark = pytest.mark.django_db(transaction=True)
SLOW, QUICK = UUID(int=1), UUID(int=2)
WAIT_S = 10


@dataclass(frozen=True)
class Word:
    id: UUID
    stream: UUID


@dataclass(frozen=True)
class Words:
    ids: tuple[UUID, ...]
    size: int = 1


class Reading:
    """Reads one row a stream; of SLOW only once `go` is set."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.streams: list[UUID] = []

    def __call__(self, streams, _ids):
        self.streams.extend(streams)
        if SLOW in streams:
            self.begun.set()
            assert self.go.wait(WAIT_S)
        return [Word(stream, stream) for stream in streams]


def test_who_waits_would_make_the_same():
    with opened():
        for id in (SLOW, QUICK):
            Stream.objects.create(pk=id, kind=1)
    reading = Reading()
    words = Followed({}, reading, lambda rows: Words(tuple(row.id for row in rows)), _unchanged, 1_000_000)

    def of(stream: UUID) -> Words:
        try:
            return words.of([stream])[stream]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        slow = [pool.submit(of, SLOW) for _ in range(2)]
        assert reading.begun.wait(WAIT_S)
        try:
            assert of(QUICK) == Words((QUICK,))
        finally:
            reading.go.set()
        assert [each.result(WAIT_S) for each in slow] == [Words((SLOW,))] * 2
    assert reading.streams == [SLOW, QUICK]


def _unchanged(value, _touched, _rows):
    return value
