"""The system packages that tests and checks need: what is missing; installing it where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.services import chromium, postgresql, redis_cluster, varnish


def _has_fonts() -> bool:
    fonts = Path("/usr/share/fonts")
    return any(fonts.rglob("Liberation*.ttf")) and any(fonts.rglob("NotoColorEmoji.ttf"))


# What tests need, how it is recognised, and Debian's packages of it. Fonts make screenshots alike everywhere.
NEEDS: tuple[tuple[str, Callable[[], object], tuple[str, ...]], ...] = (
    ("PostgreSQL", postgresql.binaries, ("postgresql",)),
    ("Redis", redis_cluster.binary, ("redis-server",)),
    ("Chromium", chromium.executable, ("chromium-headless-shell",)),
    ("fonts", _has_fonts, ("fonts-liberation", "fonts-noto-color-emoji")),
    ("Varnish", varnish.binary, ("varnish", "varnish-modules", "gcc", "libc6-dev")),  # it compiles its VCL
    ("docker-compose", partial(shutil.which, "docker-compose"), ("docker-compose",)),
)


type Missing = tuple[str, tuple[str, ...]]  # what it is, and Debian's packages of it


def ensure(names: set[str]) -> None:
    """Installs what is missing of `names`, or raises SystemExit with what a person should install."""
    missing = install(names)
    if missing:
        wanted = ", ".join(name for name, _ in missing)
        packages = [package for _, packages in missing for package in packages]
        raise SystemExit(
            f"Tests need {wanted}. On Debian: sudo apt-get install {' '.join(packages)}\n"
            "Where the system has no Chromium of its own: .venv/bin/playwright install chromium"
        )


def install(names: set[str]) -> list[Missing]:
    """Installs what is missing of `names`, where that is allowed; what is missing still."""
    missing = _missing(names)
    packages = [package for _, packages in missing for package in packages]
    if missing and (prefix := _apt_get()) is not None:
        print(f"setup: Installing {', '.join(packages)} with apt-get", flush=True)
        _install(prefix, packages)
        chromium.executable.cache_clear()
        missing = _missing(names)
    return missing


def _missing(names: set[str]) -> list[Missing]:
    return [(name, packages) for name, is_there, packages in NEEDS if name in names and not is_there()]


def _apt_get() -> list[str] | None:
    """How apt-get can be called without asking anybody, or None."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    can_sudo = shutil.which("sudo") and subprocess.run(
        ["sudo", "-n", "true"], capture_output=True, check=False
    )
    return ["sudo", "-n", "apt-get"] if can_sudo and can_sudo.returncode == 0 else None


def _install(prefix: list[str], packages: list[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*prefix, "-qq", *command], env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stdout + done.stderr)
