"""An import of the very same files is the same operation: it was carried out, so it is not again."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from apps.events.models import Event

from .. import importing, text
from ..importing.source import Source

IMPORTED = "pages_imported"


def operation_of(handbook_id: UUID, source: Source, dialect: str | None) -> UUID:
    """The operation id of importing these files, read as this code reads them, into the handbook."""
    digest = hashlib.sha256(f"{handbook_id} {dialect} {_code_digest()}".encode())
    for file in source:
        data = source.read(file.path)
        digest.update(f"\0{file.path}\0{len(data)}\0".encode())
        digest.update(data)
    return uuid5(handbook_id, digest.hexdigest())


def was_last_import(handbook_id: UUID, operation_id: UUID) -> bool:
    """Whether nothing else was imported since. What people wrote since does not count: it stays."""
    imports = Event.objects.filter(stream_id=handbook_id, type=IMPORTED)
    return imports.order_by("-position").values_list("operation_id", flat=True).first() == operation_id


@cache
def _code_digest() -> str:
    """Of the modules that make pages of files: a new release may read the same files better."""
    digest = hashlib.sha256()
    for package in (importing, text):
        for path in sorted(Path(package.__path__[0]).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
