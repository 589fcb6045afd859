"""Cairn's server over RSGI, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from tests.services.site import ROOT, START_S, Site

STARTED: Final = b"Started worker-1 runtime-1"


class RsgiSite(Site):
    """granian opens its socket itself; what it says is followed until it has."""

    def start(self) -> None:
        command = [
            str(Path(sys.executable).with_name("granian")), "--interface=rsgi", "--host=127.0.0.1",
            f"--port={self.port}", "--no-access-log", "project.rsgi:application",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        started = threading.Event()
        threading.Thread(target=self._read, args=(self.process, started), daemon=True).start()
        if not started.wait(START_S) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError(f"granian did not start:\n{self.log()}")

    def _read(self, process: subprocess.Popen[bytes], started: threading.Event) -> None:
        assert process.stdout is not None
        with process.stdout as output, self.log_path.open("ab", buffering=0) as log:
            for line in output:
                log.write(line)
                if STARTED in line:
                    started.set()
        started.set()
