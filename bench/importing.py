"""Importing 2,000 pages while others write: speed, memory, how long the others wait, the second run."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from bench.data import own_database, start
from bench.registry import Figure, bench

PAGES = 2000
SAMPLE_S = 0.05
RUNS_UNCHANGED = 3


@dataclass
class Run:
    seconds: float = 0.0
    peak_mb: float = 0.0


def write_files(folder: Path) -> None:
    from apps.documents.seeding import seed_pages

    for page in seed_pages(PAGES):
        path = folder / page.path / "index.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {page.title}\n\n{page.source}\n", encoding="utf-8")


def tree_memory_mb(pid: int) -> float:
    """Proportional memory of a process and all below it, so shared pages count once."""
    total_kb, waiting = 0, [pid]
    while waiting:
        current = waiting.pop()
        try:
            rollup = Path(f"/proc/{current}/smaps_rollup").read_text()
            total_kb += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
            for task in Path(f"/proc/{current}/task").iterdir():  # a thread may end meanwhile
                waiting.extend(map(int, (task / "children").read_text().split()))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return total_kb / 1024


def run_import(folder: Path, *, watch: bool) -> Run:
    run, began = Run(), time.monotonic()
    process = start("import_handbook", str(folder), "--handbook", "bench", "--verbosity=0")
    if watch:
        while process.poll() is None:
            run.peak_mb = max(run.peak_mb, tree_memory_mb(process.pid))
            time.sleep(SAMPLE_S)
    output, _ = process.communicate()
    run.seconds = time.monotonic() - began
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "import_handbook", output)
    return run


class OtherWriter:
    """Somebody who saves a page of another handbook, again and again, and notes the longest wait."""

    def __init__(self) -> None:
        from apps.accounts.people import SYSTEM
        from apps.documents.actions.handbooks import open_handbook
        from apps.documents.models import Document

        book = open_handbook(SYSTEM, slug="others", title="Others")
        self.home = Document.objects.get(handbook=book)
        self.longest_ms, self.writing = 0.0, True
        self.thread = Thread(target=self._write, daemon=True)

    def _write(self) -> None:
        from django.db import connection

        from apps.accounts.people import SYSTEM
        from apps.documents.actions.saving import save_document

        assert self.home.revision_id is not None
        revision_id, number = self.home.revision_id, 0
        while self.writing:
            number, began = number + 1, time.monotonic()
            saved = save_document(
                SYSTEM, self.home.pk, title="Others", source=f"Text {number}", base_revision_id=revision_id
            )
            revision_id = saved.revision_id or revision_id
            self.longest_ms = max(self.longest_ms, 1000 * (time.monotonic() - began))
            time.sleep(SAMPLE_S)
        connection.close()

    def stop(self) -> None:
        self.writing = False
        self.thread.join()


@bench("import.pages_per_s", "import.peak_mb", "import.unchanged_ratio")
def importing() -> Iterator[Figure]:
    with own_database() as data:
        folder = data / "pages"
        write_files(folder)
        first = run_import(folder, watch=True)
        yield Figure("import.peak_mb", first.peak_mb, "MB", "all processes together", most=500)
        yield Figure("import.pages_per_s", PAGES / first.seconds, "pages/s", "with start-up", least=80)
        again = statistics.median(run_import(folder, watch=False).seconds for _ in range(RUNS_UNCHANGED))
        yield Figure("import.unchanged_ratio", first.seconds / again, "times", "with start-up", least=10)


@bench("import.others_wait_ms")
def others_wait() -> Iterator[Figure]:
    with own_database() as data:
        write_files(data / "pages")
        others = OtherWriter()
        others.thread.start()
        run_import(data / "pages", watch=False)
        others.stop()
        yield Figure("import.others_wait_ms", others.longest_ms, "ms", most=2000)
