"""`python -m bench [PREFIX]`: one JSON object a line for each figure whose name begins with PREFIX."""

from __future__ import annotations

import multiprocessing
import sys

from bench.measuring import discover, measure
from bench.registry import BENCHES


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
