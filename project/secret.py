"""The key that signs sessions and reset links."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.management.utils import get_random_secret_key

FILE_NAME = "secret-key"


def secret_key(configured: str, data_dir: Path) -> str:
    """The configured key, else one made at the first start and kept, readable by its owner alone,
    in the data folder: every process of one machine shares it. Many nodes configure it."""
    if configured:
        return configured
    path = data_dir / FILE_NAME
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    return path.read_text()


def _make(path: Path) -> None:
    """The file appears whole: a process that starts at the same moment never reads half a key."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}-") as file:
        file.write(get_random_secret_key())
        file.flush()
        with suppress(FileExistsError):  # another process was first: its key holds
            os.link(file.name, path)
