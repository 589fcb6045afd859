#!/usr/bin/env python
"""Runs every check that needs no server, goes on after a failure, and says at the end which ones failed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts import system_packages

BIN = ROOT / ".venv" / "bin"
MANAGE = [sys.executable, "manage.py"]

COMPOSE = "compose"
CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("ruff", [f"{BIN}/ruff", "check", "--quiet"]),
    ("format", [f"{BIN}/ruff", "format", "--check", "--quiet"]),
    ("mypy", [f"{BIN}/mypy", "--no-error-summary"]),
    ("layers", [f"{BIN}/lint-imports", "--no-logo", "--no-cache"]),
    ("typescript", ["node_modules/.bin/tsc", "--noEmit"]),
    ("biome", ["node_modules/.bin/biome", "check", "--error-on-warnings", "--no-errors-on-unmatched"]),
    ("languages", [sys.executable, "scripts/catalogue.py", "check"]),
    ("locks", [sys.executable, "scripts/check_locks.py"]),
    ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
    ("settings", [*MANAGE, "settings_docs", "--check"]),
    (COMPOSE, ["docker-compose", "--env-file", "deploy/example.env", "config", "--quiet"]),
)


def passes(name: str, command: list[str]) -> bool:
    """Runs one check; what it has to say is shown only when it fails."""
    env = {**os.environ, "PATH": f"{BIN}:{os.environ.get('PATH', '')}", "CAIRN_DEBUG": "yes"}
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    verdict, seconds = "failed" if done.returncode else "ok", time.monotonic() - began
    print(f"lint: {name:<11} {verdict:<7} {seconds:5.1f} s", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def main(names: list[str]) -> int:
    chosen = {name: command for name, command in CHECKS if not names or name in names}
    if COMPOSE in chosen and system_packages.install({"docker-compose"}):
        del chosen[COMPOSE]
        print("lint: compose     left out: there is no docker-compose", flush=True)
    failed = [name for name, command in chosen.items() if not passes(name, command)]
    if failed:
        print(f"lint: {', '.join(failed)} failed")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
