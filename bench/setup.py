"""From a fresh clone to the first page, as a newcomer does it, with warm package caches.

A clone has what is committed, so commit first.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.registry import Figure, bench
from tests.services.postgresql import free_port

ROOT = Path(__file__).resolve().parents[1]
PAGE = "/cairn/"
PATIENCE_S = 300


@contextmanager
def make_run(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`make run` with hardly any environment; interrupted at the end as Ctrl-C would."""
    env = {"HOME": os.environ["HOME"], "PATH": "/usr/local/bin:/usr/bin:/bin", "PORT": str(port)}
    with (folder / "make.log").open("wb") as log:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def seconds_to_page(process: subprocess.Popen[bytes], url: str) -> float:
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_S and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                answer.read()
            return time.monotonic() - began
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise RuntimeError(f"{url} did not answer with 200 within {PATIENCE_S} s")


@bench("setup.first_page_s", "setup.again_s")
def first_page() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="cairn-clone-") as name:
        folder, port = Path(name) / "cairn", free_port()
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        for figure, most in (("setup.first_page_s", 90), ("setup.again_s", None)):
            with make_run(folder, port) as process:
                try:
                    value = seconds_to_page(process, f"http://127.0.0.1:{port}{PAGE}")
                except RuntimeError as error:
                    error.add_note((folder / "make.log").read_text(errors="replace"))
                    raise
            yield Figure(figure, value, "s", most=most)
