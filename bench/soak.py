"""`python -m bench.soak [MINUTES]`: readers follow links through a running site; nothing may go wrong.

First so many pairs of a write and a read of it, over four processes. Then prints one JSON object a line,
every minute and at the end: pages read, answers that were no page, memory of the server. Ends with an error
when an answer failed or the memory grew by half.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from tests.integration.pairs import pairs, place
from tests.services.site import Site

READERS = 4
PAIRS = 10_000
REPORT_S = 60
START = "/cairn/"
LINK = re.compile(r'<a [^>]*href="([^"#?]+)')


@dataclass
class Tally:
    """What the readers saw, shared by their threads."""

    pages: int = 0
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, failure: str = "") -> None:
        with self.lock:
            self.pages += 1
            if failure:
                self.failures.append(failure)


def read(url: str, tally: Tally) -> list[str]:
    """The links to other pages of the handbook that the page at `url` has."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            links = [urljoin(url, link) for link in LINK.findall(answer.read().decode())]
    except (urllib.error.URLError, OSError) as error:
        tally.note(f"{url}: {error}")
        return []
    tally.note()
    return [link for link in links if urlsplit(link).path.startswith(START) and "/-/" not in link]


def wander(base: str, tally: Tally, until: float, chance: random.Random) -> None:
    links: list[str] = []
    while time.monotonic() < until:
        links = read(chance.choice(links) if links else base + START, tally)


def memory_mb(process_id: int) -> float:
    """Resident memory, of /proc."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


def report(tally: Tally, memory: float) -> None:
    line = {"pages": tally.pages, "failures": len(tally.failures), "memory_mb": round(memory, 1)}
    print(json.dumps(line), flush=True)


def soak(site: Site, seconds: float) -> int:
    tally, until = Tally(), time.monotonic() + seconds
    process_id = site.process.pid if site.process else 0
    read(site.url + START, tally)
    first = memory_mb(process_id)
    readers = [
        threading.Thread(target=wander, args=(site.url, tally, until, random.Random(number)))
        for number in range(READERS)
    ]
    for reader in readers:
        reader.start()
    while (left := until - time.monotonic()) > 0:
        readers[0].join(min(left, REPORT_S))
        report(tally, memory_mb(process_id))
    for reader in readers:
        reader.join()
    print(*tally.failures[:20], sep="\n")
    return int(bool(tally.failures) or memory_mb(process_id) > 1.5 * first)


def own_writes(chance: random.Random) -> int:
    """Writers read what they wrote from another of four processes."""
    with tempfile.TemporaryDirectory(prefix="cairn-soak-") as folder:
        site = Site(Path(folder))
        site.manage("migrate", "--verbosity=0")
        with place(site) as at:
            found = pairs(at, PAIRS, chance)
    print(json.dumps({"pairs": PAIRS, "failures": len(found)}), *found[:20], sep="\n", flush=True)
    return int(bool(found))


def main(arguments: list[str]) -> int:
    minutes = float(arguments[0]) if arguments else 10.0
    wrong = own_writes(random.Random())
    with tempfile.TemporaryDirectory(prefix="cairn-soak-") as folder:
        site = Site(Path(folder))
        site.manage("migrate", "--verbosity=0")
        site.manage("import_handbook", "docs/handbook", "--handbook=cairn", "--title=Cairn", "--public")
        with site:
            return soak(site, minutes * 60) or wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
