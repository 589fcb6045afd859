"""The order of rooms: import-linter holds it, and knows every room there is."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def rooms_in_order() -> list[str]:
    """The rooms of the layers contract, top to bottom."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = configuration["tool"]["importlinter"]["contracts"][0]["layers"]
    return [re.sub(r"[()\s]", "", room) for layer in layers for room in re.split(r"[|:]", layer)]


def rooms_built() -> set[str]:
    apps = {f"apps.{path.parent.name}" for path in (ROOT / "apps").glob("*/__init__.py")}
    modules = {f"apps.{path.stem}" for path in (ROOT / "apps").glob("*.py") if path.stem != "__init__"}
    return {"project"} | apps | modules


def test_every_room_has_its_place_in_the_order():
    assert set(rooms_in_order()) == rooms_built()
    assert len(rooms_in_order()) == len(rooms_built())


def test_no_room_imports_from_a_room_above_its_own():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
