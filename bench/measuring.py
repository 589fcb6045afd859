"""Finds the benches and runs one of them: what a process of its own starts with."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys

import bench
from bench.registry import BENCHES


def discover() -> None:
    """Imports every module here, which registers its benches. Nothing is measured by an import."""
    for module in pkgutil.iter_modules(bench.__path__):
        if module.name != "__main__":
            importlib.import_module(f"bench.{module.name}")


def measure(position: int, prefix: str) -> None:
    """Exits with 1 where an aim is not met, after all figures are told."""
    discover()
    found = BENCHES[position]
    missed = []
    for figure in found.measure():
        if figure.name not in found.names:
            raise ValueError(f"{figure.name!r}: the bench is registered for {', '.join(found.names)}")
        if figure.name.startswith(prefix):
            print(json.dumps(figure.said()), flush=True)
            missed += [] if figure.met else [figure.name]
    if missed:
        print(f"Aims not met: {', '.join(missed)}", file=sys.stderr)
        sys.exit(1)
