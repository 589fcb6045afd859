"""`python -m bench [PREFIX]`: one JSON object a line for each figure whose name begins with PREFIX."""

from __future__ import annotations

import dataclasses
import importlib
import json
import multiprocessing
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
    discover()
    found = BENCHES[position]
    for figure in found.measure():
        if figure.name not in found.names:
            raise ValueError(f"{figure.name!r}: the bench is registered for {', '.join(found.names)}")
        if figure.name.startswith(prefix):
            print(json.dumps({**dataclasses.asdict(figure), "value": round(figure.value, 3)}), flush=True)


def main(arguments: list[str]) -> int:
    prefix = arguments[0] if arguments else ""
    discover()
    chosen = [position for position, each in enumerate(BENCHES) if each.matches(prefix)]
    if not chosen:
        known = ", ".join(sorted(name for each in BENCHES for name in each.names))
        raise SystemExit(f"No figure's name begins with {prefix!r}. There are: {known}")
    failed = False
    for position in chosen:
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(position, prefix))
        process.start()
        process.join()
        failed = failed or process.exitcode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
