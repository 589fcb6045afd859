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

import yaml

from tests.services.postgresql import free_port

ROOT = Path(__file__).resolve().parents[2]
VCL = ROOT / "deploy" / "varnish"
TOKEN = "only-for-tests"
STARTED = b"said Child starts"  # it listens
START_S = 60
STOP_S = 10


def command_of(service: str) -> list[str]:
    """As compose.yaml has it."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    return [str(word) for word in services[service]["command"]]


def site_vcl(backend_ports: Sequence[int], purgers: str) -> str:
    """The shipped one, for backends on loopback."""
    text = (VCL / "site.vcl").read_text()
    for number, port in enumerate(backend_ports, 1):
        shipped = f'.host = "web{number}";\n    .port = "8000";'
        assert shipped in text
        text = text.replace(shipped, f'.host = "127.0.0.1";\n    .port = "{port}";')
    assert '"172.30.7.0"/24;' in text
    assert ".interval = 2s;" in text
    return text.replace('"172.30.7.0"/24;', f'"{purgers}";').replace(".interval = 2s;", ".interval = 200ms;")


def binary() -> str | None:
    """Debian keeps it where only root's PATH looks. It needs a C compiler and xkey, of varnish-modules."""
    found = shutil.which("varnishd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    modules = any(Path("/usr/lib").glob("**/varnish/vmods/libvmod_xkey.so"))
    return found if modules and shutil.which("cc") else None


class Varnish:
    """In front of one or two sites. The port stays the same over starts."""

    def __init__(self, backend_port: int, other_port: int = 0, *, purgers: str = "127.0.0.1") -> None:
        self.backend_ports = (backend_port, other_port or backend_port)
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
        shutil.copy(VCL / "default.vcl", folder)
        (folder / "site.vcl").write_text(site_vcl(self.backend_ports, self.purgers))
        command = [str(binary()), *(self._here(word, folder) for word in command_of("varnish")[1:])]
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

    def _here(self, word: str, folder: Path) -> str:
        """A word of the command with this machine's folders, port and memory."""
        word = word.replace("/etc/cairn", str(folder)).replace("/var/lib/varnish/cairn", str(folder / "work"))
        return "malloc,64m" if word.startswith("malloc,") else word.replace(":8080", f"127.0.0.1:{self.port}")

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
