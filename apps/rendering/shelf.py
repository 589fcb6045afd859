"""Pages that all processes share: how they are stored, and what their keys stand for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from apps.caching.conf import conf
from apps.caching.process import shared_of
from apps.caching.shared import Shared

from .bodies import Body
from .makers import ROOT, libraries, sources
from .security import security_headers

ASSETS: Final = ROOT / "static" / "dist" / "meta.json"


class BodyCodec:
    def dump(self, value: Any) -> bytes | None:
        return value.to_bytes() if isinstance(value, Body) and value.status == 200 else None

    def load(self, data: bytes, left_s: float) -> Body:
        return Body.from_bytes(data, left_s)

    def size_of(self, value: Body) -> int:
        return value.size


def _files() -> Iterator[Path]:
    yield from sources()
    templates: list[Path] = settings.TEMPLATES[0]["DIRS"]  # type: ignore[assignment]
    for folder in (*templates, *settings.LOCALE_PATHS):
        yield from (path for path in Path(folder).rglob("*") if path.is_file())
    if ASSETS.exists():  # in development they may not be built
        yield ASSETS


@cache
def digest() -> str:
    """Of all that makes the bytes of a page beside the handbook's rows, whatever its version is called: a
    deploy that changes none of it keeps what is stored. Read once, and at the start: later, the files may be
    those of the next deploy."""
    said = (security_headers(), conf.cdn, conf.cdn_tag_header, conf.cdn_tag_bytes, settings.TIME_ZONE)
    found = sha256(repr((said, libraries())).encode())
    for path in sorted(_files()):
        found.update(f"\0{os.path.relpath(path, ROOT)}\0".encode())  # wherever a machine has it
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


@cache
def shared_pages() -> Shared | None:
    """None where each process is by itself."""
    return shared_of("page", BodyCodec(), digest())
