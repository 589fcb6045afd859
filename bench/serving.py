"""Servers on one core, load from the other: what wrk tells of them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.postgresql import free_port

ROOT = Path(__file__).resolve().parents[1]
SERVER_CORE, LOAD_CORE = "0", "1"
SECONDS = 3
CONNECTIONS = 64
PATIENCE_S = 60
DONE = """
done = function(summary, latency, requests)
  io.write(string.format("RESULT {\\"requests\\": %d, \\"us\\": %d, \\"p99_us\\": %d, \\"bad\\": %d}\\n",
    summary.requests, summary.duration, latency:percentile(99),
    summary.errors.status + summary.errors.read + summary.errors.timeout + summary.errors.connect))
end
"""
UNIQUE = """
local n = 0
request = function() n = n + 1; return wrk.format(nil, wrk.path .. "?n=" .. n .. "x" .. os.time()) end
"""


@dataclass(frozen=True)
class Load:
    per_s: float
    p99_ms: float


def command_of(server: str, port: int, app: str = "project.asgi:application") -> list[str]:
    """One process of uvicorn; of granian ("granian"), or of it over another protocol ("rsgi", "wsgi")."""
    if server == "uvicorn":
        return [
            sys.executable,
            "-m",
            "uvicorn",
            app,
            f"--port={port}",
            "--log-level=error",
            "--no-access-log",
        ]
    interface = "asgi" if server == "granian" else server
    threads = ["--blocking-threads=1"] if server == "wsgi" else []  # on one core more of them serve less
    return [
        str(Path(sys.executable).with_name("granian")), f"--interface={interface}", "--host=127.0.0.1",
        f"--port={port}", "--workers=1", "--no-access-log", "--log-level=error", *threads, app,
    ]  # fmt: skip


@contextmanager
def serving(command: list[str], url: str, env: Mapping[str, str] | None = None) -> Iterator[int]:
    """A server on its own core, until the block ends; it answers at `url` when the block begins. Its
    process id."""
    pinned = ["taskset", "-c", SERVER_CORE, *command]
    quiet = {**os.environ, **(env or {})}
    process = subprocess.Popen(
        pinned, cwd=ROOT, env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, process_group=0
    )
    try:
        _wait(url, process)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=10).read()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    said = process.stderr.read().decode() if process.poll() is not None and process.stderr else ""
    raise RuntimeError(f"{url} does not answer. {said}")


def load(url: str, *, headers: Mapping[str, str] | None = None, unique: bool = False) -> Load:
    """Requests a second and p99 at CONNECTIONS connections; raises where an answer was no success."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(DONE + (UNIQUE if unique else ""))
        script.flush()
        said = {"Accept-Encoding": "br", **(headers or {})}
        given = [part for name, value in said.items() for part in ("-H", f"{name}: {value}")]
        command = [
            "taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout=30s",
            "-s", script.name, *given, url,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"RESULT (\{.*\})", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    told = json.loads(found[1])
    if told["bad"]:
        raise RuntimeError(f"{url}: {told['bad']} of {told['requests']} answers were no success")
    return Load(told["requests"] / (told["us"] / 1e6), told["p99_us"] / 1000)


@contextmanager
def nginx(body: bytes) -> Iterator[str]:
    """nginx with one worker that sends these bytes as Brotli; its address."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="cairn-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "page").write_bytes(body)
        (folder / "nginx.conf").write_text(
            f"""daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; open_file_cache max=10; keepalive_requests 1000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder};
    location / {{ default_type text/html;
      add_header Content-Encoding br; add_header Cache-Control no-cache; }} }} }}
"""
        )
        url = f"http://127.0.0.1:{port}/page"
        with serving(["nginx", "-c", f"{folder}/nginx.conf", "-p", str(folder)], url):
            yield url
