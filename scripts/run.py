#!/usr/bin/env python
"""Runs Cairn for development: database, demo handbook, bundles that follow their sources, reload.

PORT chooses the port (8000). Ctrl-C ends everything that was started, and the exit code is 0.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STOP_S = 10


def chosen_port() -> int:
    """PORT, once it is known to be free; else SystemExit says what to do."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SystemExit(f"PORT={text!r}: a number from 1 to 65535 is allowed")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise SystemExit(
                f"Port {text} cannot be used ({error.strerror}).\n"
                f"Choose another one: make run PORT={int(text) % 65535 + 1}"
            ) from error
    return int(text)


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def prepare() -> None:
    """Brings the database up to date and imports the demo handbook; quick when there is nothing to do."""
    subprocess.run(manage("migrate", "--verbosity=0"), check=True)
    subprocess.run(manage("demo"), check=True)


def start(command: list[str], stack: ExitStack, stdin: int | None = None) -> subprocess.Popen[bytes]:
    """A child in a process group of its own, which is ended with all it started when the stack closes."""
    child = subprocess.Popen(command, stdin=stdin, process_group=0)
    stack.callback(end, child)
    return child


def end(child: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with suppress(subprocess.TimeoutExpired):
            child.wait(STOP_S)
            return


def give_terminal(group: int) -> None:
    """Lets Ctrl-C reach `group` alone: `make` would end with an error of its own otherwise."""
    with suppress(OSError):  # no terminal
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(sys.stdin.fileno(), group)


def serve(port: int) -> int:
    """The server's exit code; 0 when it was ended by Ctrl-C or a signal."""
    with ExitStack() as stack:
        # It ends when its input closes, so it cannot outlive this process.
        start([".venv/bin/node", "scripts/build.mjs", "--watch"], stack, stdin=subprocess.PIPE)
        server = start(manage("runserver", f"127.0.0.1:{port}"), stack)
        stack.callback(give_terminal, os.getpgrp())
        give_terminal(server.pid)
        code = server.wait()
    return 0 if code == -signal.SIGINT else code


def interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    os.chdir(ROOT)
    os.environ.setdefault("CAIRN_DEBUG", "yes")
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)  # also where a shell started this in the background
    with suppress(KeyboardInterrupt):
        port = chosen_port()
        try:
            prepare()
        except subprocess.CalledProcessError as error:
            return error.returncode  # the command has said what was wrong
        print(f"\nCairn is at http://127.0.0.1:{port}/ - Ctrl-C ends it.\n", flush=True)
        return serve(port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
