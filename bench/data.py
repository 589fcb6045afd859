"""Data to measure on: a database of its own in a folder that goes away."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.db import connections

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def own_database() -> Iterator[Path]:
    """The folder of a fresh SQLite database, with Django set up on it in this process."""
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as name:
        os.environ |= {
            "CAIRN_DATA_DIR": name,
            "CAIRN_ALLOWED_HOSTS": "127.0.0.1,testserver",
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "DATABASE_URL": "",
        }
        django.setup()
        manage("migrate", "--verbosity=0")
        yield Path(name)
        connections.close_all()


def manage(*arguments: str) -> None:
    """A management command in a process of its own; its output is shown only when it fails."""
    process = start(*arguments)
    output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{output.decode(errors='replace')}")


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """As on a user's machine, where Python keeps what it has compiled."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
