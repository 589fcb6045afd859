"""Where the bytes of media lie: MEDIA_ROOT / handbook / two digits / digest, copies beside them."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings


def file_path(handbook_id: UUID, digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / str(handbook_id) / digest[:2] / digest


def variant_path(original: Path, width: int) -> Path:
    return original.with_name(f"{original.name}.{width}.webp")


def write_whole(path: Path, data: bytes) -> None:
    """Whole or not at all, whatever dies: onto the disk beside its place, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).rename(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def delete_file(handbook_id: UUID, digest: str) -> None:
    """The file and its copies; what is not there is fine."""
    path = file_path(handbook_id, digest)
    for file in (path, *path.parent.glob(f"{digest}.*")):
        file.unlink(missing_ok=True)


def delete_all_files(handbook_id: UUID) -> None:
    """Whatever the handbook has; nothing is fine."""
    folder = Path(settings.MEDIA_ROOT) / str(handbook_id)
    if folder.exists():
        shutil.rmtree(folder)
