"""Finds the benches and runs one of them: what a process of its own starts with."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil

import bench
from bench.registry import BENCHES


def discover() -> None:
    """Imports every module here, which registers its benches. Nothing is measured by an import."""
    for module in pkgutil.iter_modules(bench.__path__):
        if module.name != "__main__":
            importlib.import_module(f"bench.{module.name}")


def measure(position: int, prefix: str) -> None:
    discover()
    found = BENCHES[position]
    for figure in found.measure():
        if figure.name not in found.names:
            raise ValueError(f"{figure.name!r}: the bench is registered for {', '.join(found.names)}")
        if figure.name.startswith(prefix):
            print(json.dumps({**dataclasses.asdict(figure), "value": round(figure.value, 3)}), flush=True)
