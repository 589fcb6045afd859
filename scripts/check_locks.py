#!/usr/bin/env python
"""Checks that the locks name versions and hashes, and no address to fetch them from."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = re.compile(
    r"https?://|^\s*(-i\b|--index-url|--extra-index-url|--find-links|registry\s*=)", re.MULTILINE
)


def problems() -> list[str]:
    found = []
    for path in [*sorted((ROOT / "requirements").glob("*.*")), ROOT / ".npmrc"]:
        found += [
            f"{path.relative_to(ROOT)}: {match[0].strip()}" for match in ADDRESS.finditer(path.read_text())
        ]
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        if "resolved" in package:
            found.append(f"package-lock.json: {name} names where it was fetched from")
        if name and not package.get("integrity") and not package.get("link"):
            found.append(f"package-lock.json: {name} has no hash")
    return found


if __name__ == "__main__":
    lines = problems()
    print("\n".join(lines), end="\n" if lines else "")
    sys.exit(bool(lines))
