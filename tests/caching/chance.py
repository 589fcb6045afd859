"""`python -m tests.caching.chance [FIRST [LAST]]`: schedules by chance, on all cores, one for each seed.

Prints one JSON object a line: how many were played, how fast, how long it will take, and the first seed that
is still to be played, with which a run that was stopped is taken up again. Ends at the first that fails, and
names its seed.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import django

AT_ONCE = 500  # schedules
REPORT_S = 30


def played(first: int, last: int) -> Counter[str]:
    """What was seen in the schedules of some seeds. Raises StaleError."""
    from tests.caching.scenes import play

    seen: Counter[str] = Counter()
    for seed in range(first, last):
        seen.update(play(seed).seen)
    return seen


def prepare() -> None:
    """Once a process. Pages that fail to be made belong to the scenes; what is wrong is raised."""
    django.setup()
    logging.disable()


def on_all_cores(first: int, last: int) -> Iterator[tuple[int, Counter[str]]]:
    """In order: the seed up to which all were played, and what was seen since the one before."""
    starts = range(first, last, AT_ONCE)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), context, prepare) as processes:
        done = [processes.submit(played, each, min(each + AT_ONCE, last)) for each in starts]
        try:
            for start, each in zip(starts, done, strict=True):
                yield min(start + AT_ONCE, last), each.result()
        finally:
            processes.shutdown(cancel_futures=True)


def main(first: int = 0, last: int = 1_000_000) -> None:
    prepare()  # here too: what failed comes back as an error of a module that wants it
    began = said = time.monotonic()
    for until, _seen in on_all_cores(first, last):
        now = time.monotonic()
        if now - said > REPORT_S or until == last:
            said, per_s = now, (until - first) / (now - began)
            left_s = round((last - until) / per_s)
            line = {"schedules": until - first, "per_s": round(per_s), "left_s": left_s, "next_seed": until}
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
