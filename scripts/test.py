#!/usr/bin/env python
"""Runs the whole test suite on SQLite and, beside it, on a throw-away PostgreSQL.

scripts/test.py [PYTEST ARGUMENTS]; ONLY=sqlite or ONLY=postgresql picks one database. Tests that use no
database run once, as soon as one of the two is through. SQLite's run is shown as it goes, the others when
they are over. The TypeScript tests run first, when no arguments pick something else.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts import system_packages
from tests.services import postgresql
from tests.services.parts import DATABASE, NEITHER

DATABASES = ("sqlite", "postgresql")
NOTHING_COLLECTED = 5  # pytest's exit code
LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Outcome:
    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    left_out: list[str] = field(default_factory=list)  # tests that belong to the other database, with reasons

    def __str__(self) -> str:
        return f"{self.name}: {self.passed} passed, {self.failed} failed, {self.skipped} skipped"


class Run:
    """pytest on one database, in a process of its own."""

    def __init__(self, name: str, folder: Path, arguments: list[str], url: str, *, shown: bool) -> None:
        self.name = name
        self.outcome_path = folder / f"{name}.json"
        self.output_path = None if shown else folder / f"{name}.txt"
        command = [sys.executable, "-m", "pytest", f"--outcome={self.outcome_path}", *arguments]
        env = {**os.environ, "DATABASE_URL": url}
        if self.output_path is None:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env)
        else:
            with self.output_path.open("wb") as output:
                self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)

    def finish(self) -> Outcome:
        code = self.process.wait()
        if self.output_path is not None:
            print(f"\n{self.name}\n{self.output_path.read_text(errors='replace')}", flush=True)
        found = json.loads(self.outcome_path.read_text()) if self.outcome_path.exists() else {}
        outcome = Outcome(self.name, **found)
        if code not in (0, NOTHING_COLLECTED) and outcome.failed == 0:
            print(f"{self.name}: pytest ended with code {code}")
            return Outcome(self.name, outcome.passed, 1, outcome.skipped, outcome.left_out)
        return outcome

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


def run_typescript() -> Iterable[Outcome]:
    """The tests of static/src, by Node's own runner, which reads TypeScript as it is."""
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "static").rglob("*.test.ts"))
    if files:
        command = [".venv/bin/node", "--test", "--test-reporter=spec", *files]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        print(done.stdout + done.stderr, flush=True)
        counts = re.findall(r"^\S+ (pass|fail|skipped) (\d+)$", done.stdout, re.MULTILINE)
        count = {key: int(number) for key, number in counts}
        failed = max(count.get("fail", 0), int(done.returncode != 0))
        yield Outcome("typescript", count.get("pass", 0), failed, count.get("skipped", 0))


def run_python(databases: Sequence[str], arguments: list[str]) -> list[Outcome]:
    """On both databases side by side, what uses neither by whichever is through first: two processes at a
    time. On one database all tests are one run."""
    parts = {name: [f"--part={DATABASE}"] for name in databases} if len(databases) > 1 else {databases[0]: []}
    workers = max(1, (os.cpu_count() or 1) // len(parts))
    parallel = [f"--numprocesses={workers}"] if workers > 1 else []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cairn-tests-")))
        urls = {"postgresql": stack.enter_context(postgresql.cluster())} if "postgresql" in parts else {}

        def begun(name: str, chosen: list[str]) -> Run:
            shown = name == databases[0]
            run = Run(name, folder, [*parallel, *chosen, *arguments], urls.get(name, ""), shown=shown)
            stack.callback(run.stop)
            return run

        runs = [begun(name, chosen) for name, chosen in parts.items()]
        if len(runs) > 1:
            first_over(runs)
            runs.append(begun(NEITHER, [f"--part={NEITHER}"]))
        return [run.finish() for run in runs]


def first_over(runs: Iterable[Run]) -> None:
    """Waits until one of them has ended."""
    while all(run.process.poll() is None for run in runs):
        time.sleep(LOOK_EVERY_S)


def report(outcomes: list[Outcome]) -> int:
    """Prints the closing lines, the sum last; the exit code."""
    for outcome in outcomes:
        if outcome.left_out:
            print(f"\nNot for {outcome.name}, by mark:", *outcome.left_out, sep="\n  ")
    print()
    for outcome in outcomes:
        apart = f" ({len(outcome.left_out)} belong to the other database)" if outcome.left_out else ""
        print(f"{outcome}{apart}")
    passed = sum(each.passed for each in outcomes)
    failed = sum(each.failed for each in outcomes)
    skipped = sum(each.skipped for each in outcomes)
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return int(failed > 0 or passed == 0)


def main(arguments: list[str]) -> int:
    only = os.environ.get("ONLY", "")
    if only and only not in DATABASES:
        raise SystemExit(f"ONLY={only!r}: {' or '.join(DATABASES)} is allowed")
    databases = [only] if only else list(DATABASES)
    extra = ["PostgreSQL"] if "postgresql" in databases else []
    system_packages.ensure({"Chromium", "fonts", "Redis", "Varnish", *extra})
    outcomes = [] if arguments else list(run_typescript())
    return report(outcomes + run_python(databases, arguments))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
