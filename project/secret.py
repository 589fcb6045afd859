"""The key that signs sessions and reset links."""

from __future__ import annotations

import os
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
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(get_random_secret_key())
    return path.read_text()
