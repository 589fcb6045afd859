"""The system's Chromium: where it is and how tests start it."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# It talks to nobody but the server under test, and looks the same on every machine.
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)


@cache
def executable() -> str | None:
    """Its path: $CHROMIUM, else the first on PATH that answers (Ubuntu's may be an empty shell; the one
    without windows of its own takes half the time), else what `playwright install chromium` brought."""
    own = sorted((Path.home() / ".cache" / "ms-playwright").glob("chromium-*/chrome-linux*/chrome"))
    for name in (os.environ.get("CHROMIUM", ""), *NAMES, *map(str, reversed(own))):
        path = shutil.which(name) if name else None
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    return None


def arguments() -> list[str]:
    """Chromium's own sandbox does not start for root."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
