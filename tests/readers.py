"""The threads that make pages."""

from __future__ import annotations

import threading

from django.db import connection

from apps.caching.conf import conf
from apps.caching.process import threads

PATIENCE_S = 30


def close_readers() -> None:
    """Reader threads keep their connections; a test database is dropped."""
    all_here = threading.Barrier(conf.reader_threads)

    def close() -> None:
        all_here.wait(PATIENCE_S)
        connection.close()

    for done in [threads.submit(close) for _ in range(conf.reader_threads)]:
        done.result(PATIENCE_S)
