"""Cairn's own server as a process of its own, with a database of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.services.postgresql import free_port

ROOT = Path(__file__).resolve().parents[2]
START_S = 60
STOP_S = 15


class Site:
    """A server on `url`; tests reach its data through the browser, HTTP, `manage()` and `python()` alone.

    The listening socket is made here and handed down, so a request sent before the server is up waits in
    the socket's queue: nobody polls, and no other program can take the port.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str = "",
        env: dict[str, str] | None = None,
        app: str = "project.asgi:application",
    ) -> None:
        self.folder = folder
        self.app = app
        self.log_path = folder / "server.log"
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "CAIRN_SECRET_KEY": "only-for-tests",
            "CAIRN_DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "PYTHONUNBUFFERED": "1",
            **(env or {}),
        }
        self.env.pop("CAIRN_DEBUG", None)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str, stdin: str | None = None) -> str:
        """What `manage.py` printed; raises CalledProcessError with its output in `.stdout` and `.stderr`."""
        command = [sys.executable, "manage.py", *arguments]
        return _checked(command, self.env, stdin)

    def python(self, code: str) -> str:
        """What `code` printed, run within Django against this site's database."""
        return self.manage("shell", "--no-imports", "--command", code)

    def start(self) -> None:
        """Returns when the site answers; raises RuntimeError with its log when it does not start."""
        with socket.create_server(("127.0.0.1", self.port)) as listener, self.log_path.open("ab") as log:
            command = [sys.executable, "-m", "uvicorn", self.app, "--log-level=warning"]
            self.process = subprocess.Popen(
                [*command, f"--fd={listener.fileno()}"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[listener.fileno()],
            )
        try:
            urllib.request.urlopen(f"{self.url}/-/health/", timeout=START_S)
        except urllib.error.HTTPError:
            pass  # an answer, whatever it says
        except OSError as error:
            self.stop()
            raise RuntimeError(f"the server did not start: {error}\n{self.log()}") from error

    def stop(self) -> None:
        """Ends it as an operator would; does nothing when it is not running."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def kill(self) -> None:
        """Ends it as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _checked(command: list[str], env: dict[str, str], stdin: str | None) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=env, input=stdin, capture_output=True, text=True, check=False
    )
    if done.returncode:
        error = subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
        error.add_note(done.stdout + done.stderr)
        raise error
    return done.stdout
