"""The code that makes the bytes of shared pages: what declares them, and all that it imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from django.conf import settings
from django.urls import URLResolver, get_resolver

from .pages import Page

ROOT: Final = Path(__file__).resolve().parents[2]
HOUSE: Final = ("apps", "project")
BESIDE: Final = ("apps.rendering.keeping", "project.settings", "project.templating")  # of every page


def sources() -> set[Path]:
    """Files of this house. Of the other modules that name addresses only the names matter."""
    known = {name: path for top in HOUSE for name, path in _modules(top)}
    starts = {*BESIDE, *(each.function.__module__ for each in _pages(get_resolver()))}
    if settings.FORMAT_MODULE_PATH:
        starts |= {name for name in known if name.startswith(f"{settings.FORMAT_MODULE_PATH}.")}
    found = {known[name] for name in imported(starts & known.keys(), known)}
    return found | {path for path in known.values() if path.name == "urls.py"}


def libraries() -> list[str]:
    """Names and versions of what is installed, and Python's."""
    return [sys.version, *sorted(f"{each.name} {each.version}" for each in distributions())]


def imported(starts: Iterable[str], known: dict[str, Path]) -> set[str]:
    """These modules and whatever they import, at the top or within a function, of the known ones."""
    found: set[str] = set()
    left = list(starts)
    while left:
        name = left.pop()
        if name in known and name not in found:
            found.add(name)
            left += _above(name)
            left += _imports(name, known[name])
    return found


def _modules(top: str) -> Iterator[tuple[str, Path]]:
    for path in (ROOT / top).rglob("*.py"):
        steps = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(steps[:-1] if path.name == "__init__.py" else steps), path


def _above(name: str) -> list[str]:
    """The packages around a module: each is imported before it."""
    steps = name.split(".")
    return [".".join(steps[:n]) for n in range(1, len(steps))]


def _imports(name: str, path: Path) -> Iterator[str]:
    """What it names; of `from a import b` both `a` and `a.b`, which may be a module."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            steps = package.split(".")
            around = steps[: len(steps) - node.level + 1] if node.level else []
            base = ".".join([*around, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{each.name}" for each in node.names)


def _pages(resolver: URLResolver) -> Iterator[Page]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _pages(each)
        elif isinstance(each.callback, Page):
            yield each.callback
