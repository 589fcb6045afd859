"""A throw-away PostgreSQL cluster on a free loopback port."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

# Nothing here outlives the tests, so nothing has to survive a power cut.
OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "shared_buffers=128MB",
    "unix_socket_directories=",
    "listen_addresses=127.0.0.1",
)


def binaries() -> Path | None:
    """The folder of initdb and postgres, of the newest version installed; Debian keeps it off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


CHANCE = random.SystemRandom()  # property tests seed the other one alike in all processes


def free_port() -> int:
    """One that nobody has, below those that the system gives to connections: it is still free when a server
    that is started now comes to take it."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = CHANCE.randrange(lowest // 2, lowest)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def cluster() -> Iterator[str]:
    """Its URL, naming the database `postgres`; stopped and removed at the end."""
    folder = binaries()
    if folder is None:
        raise RuntimeError("PostgreSQL's initdb was found neither in /usr/lib/postgresql/*/bin nor on PATH")
    data = Path(tempfile.mkdtemp(prefix="cairn-postgresql-"))
    if (user := _owner()) is not None:
        os.chown(data, user.pw_uid, user.pw_gid)
    try:
        form = ["-E", "UTF8", "--locale=C.UTF-8"]
        _run([folder / "initdb", "-D", data / "db", "-U", "cairn", "-A", "trust", *form, "--no-sync"])
        with _server(folder, data) as url:
            yield url
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def _server(folder: Path, data: Path) -> Iterator[str]:
    port = free_port()
    control: list[str | Path] = [folder / "pg_ctl", "-D", data / "db", "-w"]
    options = " ".join(f"-c {option}" for option in (*OPTIONS, f"port={port}"))
    _run([*control, "-l", data / "log", "-o", options, "start"])
    try:
        yield f"postgresql://cairn@127.0.0.1:{port}/postgres"
    finally:
        _run([*control, "-m", "immediate", "stop"])


def _owner() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def _run(command: Sequence[str | Path]) -> None:
    user = _owner()
    subprocess.run(
        command,
        check=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )
