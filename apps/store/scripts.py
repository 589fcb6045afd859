"""Lua scripts that Redis runs, each as one step that nothing comes between."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path


@dataclass(frozen=True)
class Script:
    """`digest` is Redis' own name for it: a node that knows the script need not be sent it again."""

    source: str
    digest: str


def script(path: Path) -> Script:
    source = path.read_text(encoding="utf-8")
    return Script(source, sha1(source.encode(), usedforsecurity=False).hexdigest())
