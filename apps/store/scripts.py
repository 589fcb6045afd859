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


def script(*paths: Path) -> Script:
    """Of files that follow each other: functions first, then what uses them."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return Script(source, sha1(source.encode(), usedforsecurity=False).hexdigest())
