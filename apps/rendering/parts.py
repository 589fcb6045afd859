"""Parts: pieces of a page that may take longer than the page around them.

    Part("drafts", load=partial(my_drafts, actor), template="documents/me_drafts.html", title=_("Drafts"))

Each is loaded and rendered on a thread of its own, within its own time. What fails or takes too long is
logged and shows the fallback; the others do not notice.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import translation

from apps.caching.process import hearing
from apps.caching.reads import Reads, current_reads, reading

from .conf import conf
from .stopping import Stop

logger = logging.getLogger(__name__)
FAILED: Final = "The part %r failed: its fallback is shown"
LATE: Final = "The part %r took over %g s: its fallback is shown"
threads: Final = ThreadPoolExecutor(conf.part_threads, thread_name_prefix="part")


@dataclass(frozen=True)
class Part:
    """`load` gives the template's values: frozen dataclasses and plain values. `title` is for the
    fallback, which is given nothing else. `timeout_s` counts from when the page around it is there."""

    name: str
    load: Callable[[], Mapping[str, Any]]
    template: str
    title: str = ""
    timeout_s: float = 2.0
    fallback: str = "late.html"


@dataclass(frozen=True)
class Arrival:
    """`whole` is False for a fallback; `reads` what it was made of, where that is noted."""

    name: str
    html: str
    whole: bool = True
    reads: Reads | None = None


class Run:
    """A part on its way. Where reads are noted, its own are noted as well."""

    def __init__(self, part: Part, language: str) -> None:
        self.part = part
        self.ends_at = time.monotonic() + part.timeout_s
        self._language = language
        self._notes = current_reads() is not None
        self._stop = Stop()
        self.future: Future[Arrival] = threads.submit(self._make)

    def arrival(self) -> Arrival:
        """What came; call it when the future is done."""
        try:
            return self.future.result()
        except Exception:
            logger.exception(FAILED, self.part.name)
            return _fallback(self.part, self._language)

    def late(self) -> Arrival:
        self.leave()
        logger.warning(LATE, self.part.name, self.part.timeout_s)
        return _fallback(self.part, self._language)

    def leave(self) -> None:
        """Nobody waits for it any more."""
        if not self.future.cancel():
            self._stop()

    def _make(self) -> Arrival:
        with ExitStack() as stack:
            stack.enter_context(translation.override(self._language))
            stack.enter_context(self._stop.listening())
            reads = stack.enter_context(reading(hearing)) if self._notes else None
            return Arrival(self.part.name, _html(self.part), reads=reads)


def _html(part: Part) -> str:
    return render_to_string(part.template, dict(part.load()))


def _fallback(part: Part, language: str) -> Arrival:
    with translation.override(language):
        html = render_to_string(part.fallback, {"title": part.title})
    return Arrival(part.name, html, whole=False)


class Waiting:
    """The parts that have not arrived yet."""

    def __init__(self, parts: Iterable[Part], language: str) -> None:
        self.runs = {run.future: run for run in [Run(part, language) for part in parts]}

    def left_s(self) -> float:
        """Until the next one is late."""
        return max(0.0, min(run.ends_at for run in self.runs.values()) - time.monotonic())

    def arrived(self, done: Iterable[Future[Arrival]]) -> Iterator[Arrival]:
        for future in done:
            yield self.runs.pop(future).arrival()
        now = time.monotonic()
        for future in [future for future, run in self.runs.items() if run.ends_at <= now]:
            run = self.runs.pop(future)
            yield run.arrival() if future.done() else run.late()

    def leave(self) -> None:
        for run in self.runs.values():
            run.leave()


def arrivals(parts: Iterable[Part], language: str) -> Iterator[Arrival]:
    """Each part as it gets ready, whatever their order; for a thread that may wait."""
    waiting = Waiting(parts, language)
    try:
        while waiting.runs:
            done, _ = wait(waiting.runs, waiting.left_s(), FIRST_COMPLETED)
            yield from waiting.arrived(done)
    finally:
        waiting.leave()


async def arriving(parts: Iterable[Part], language: str) -> AsyncGenerator[Arrival]:
    """The same for an event loop. Closed or cancelled, it stops the parts that are still on their way."""
    waiting = Waiting(parts, language)
    tasks = {future: asyncio.wrap_future(future) for future in waiting.runs}
    for task in tasks.values():
        task.add_done_callback(_looked_at)
    try:
        while waiting.runs:
            pending = [tasks[future] for future in waiting.runs]
            await asyncio.wait(pending, timeout=waiting.left_s(), return_when=asyncio.FIRST_COMPLETED)
            for arrival in waiting.arrived([future for future in waiting.runs if tasks[future].done()]):
                yield arrival
    finally:
        waiting.leave()


def in_turn(parts: Iterable[Part], language: str) -> Iterator[Arrival]:
    """One after the other on this thread, for who is inside a transaction or cannot stream: then there is
    no time to keep to."""
    for part in parts:
        try:
            with translation.override(language):
                yield Arrival(part.name, _html(part))
        except Exception:
            logger.exception(FAILED, part.name)
            yield _fallback(part, language)


def _looked_at(task: asyncio.Future[Arrival]) -> None:
    """What a part that nobody waits for raises is no news."""
    if not task.cancelled():
        task.exception()
