"""Threads that only read: each has a connection of its own, in autocommit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection


class ReaderThreads(ThreadPoolExecutor):
    """Django looks after connections at the end of a request; these threads have none, so each job does
    it: a broken connection is not kept, one of a pool goes back to it."""

    def submit[**P, R](self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        return super().submit(_leaving_it_fit, fn, *args, **kwargs)


def _leaving_it_fit(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return fn(*args, **kwargs)
    finally:
        pooled = "pool" in connection.settings_dict.get("OPTIONS", {})
        if connection.connection is not None and (pooled or connection.errors_occurred):
            connection.close()
