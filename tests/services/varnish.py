"""Varnish in front of a site, with the VCL that is shipped, as a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.services.postgresql import free_port

ROOT = Path(__file__).resolve().parents[2]
VCL = ROOT / "deploy" / "varnish" / "default.vcl"
TOKEN = "only-for-tests"
STARTED = b"said Child starts"  # it listens
START_S = 60
STOP_S = 10

SITE_VCL = """
probe health {{
    .request = "GET /-/health/ HTTP/1.1" "Host: localhost" "Connection: close";
    .interval = 200ms; .timeout = 2s; .window = 4; .threshold = 2; .initial = 2;
}}
backend site {{ .host = "127.0.0.1"; .port = "{port}"; .probe = health; }}
acl purgers {{ {purgers} }}
"""


def binary() -> str | None:
    """Debian keeps it where only root's PATH looks. It needs a C compiler and xkey, of varnish-modules."""
    found = shutil.which("varnishd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    modules = any(Path("/usr/lib").glob("**/varnish/vmods/libvmod_xkey.so"))
    return found if modules and shutil.which("cc") else None


class Varnish:
    """In front of `backend_port`. The port stays the same over starts."""

    def __init__(self, backend_port: int, *, purgers: Sequence[str] = ("127.0.0.1",)) -> None:
        self.backend_port = backend_port
        self.purgers = purgers
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._said: list[bytes] = []

    @property
    def settings(self) -> dict[str, str]:
        """What the site has to know of it."""
        return {"CAIRN_CACHING_CDN_ENDPOINTS": self.url, "CAIRN_CACHING_CDN_TOKEN": TOKEN}

    def start(self) -> None:
        """Returns when it listens; empty, as after every start."""
        # Not in the tests' own folder: started by root, Varnish works as a user who may not look into that.
        folder = self._folder = Path(tempfile.mkdtemp(prefix="cairn-varnish-"))
        folder.chmod(0o755)
        purgers = " ".join(f'"{address}";' for address in self.purgers)
        (folder / "site.vcl").write_text(SITE_VCL.format(port=self.backend_port, purgers=purgers))
        command = [
            str(binary()), "-F", "-n", str(folder / "work"), "-a", f"127.0.0.1:{self.port}", "-f", str(VCL),
            "-p", f"vcl_path={folder}", "-p", "http_gzip_support=off", "-s", "malloc,64m", "-T", "none",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command,
            env={**os.environ, "CAIRN_CACHING_CDN_TOKEN": TOKEN},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        started = threading.Event()
        threading.Thread(target=self._read, args=(self.process, started), daemon=True).start()
        if not started.wait(START_S) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError(f"Varnish did not start:\n{b''.join(self._said).decode()}")

    def _read(self, process: subprocess.Popen[bytes], started: threading.Event) -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                self._said.append(line)
                if STARTED in line:
                    started.set()
        started.set()

    def stop(self) -> None:
        """Does nothing when it is not running."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
