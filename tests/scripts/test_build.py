"""The bundles: hashed names, compressed copies, a budget that holds."""

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import brotli
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tmp_path):
    """A small front end of its own, beside the real build script."""
    (tmp_path / "scripts").mkdir()
    for name in ("build.mjs", "budget.mjs"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts" / name)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    source = tmp_path / "static/src/entries"
    source.mkdir(parents=True)
    (source / "site.ts").write_text("const name: string = 'cairn';\ndocument.title = name;\n")
    return tmp_path


def build(place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".venv/bin/node", "scripts/build.mjs"], cwd=place, capture_output=True, text=True, check=False
    )


def output_of(place: Path, entry: str) -> Path:
    outputs = json.loads((place / "static/dist/meta.json").read_text())["outputs"]
    return next(place / name for name, output in outputs.items() if output.get("entryPoint") == entry)


def test_a_name_changes_with_the_content_alone(place):
    assert build(place).returncode == 0
    first = output_of(place, "static/src/entries/site.ts")
    assert build(place).returncode == 0
    assert output_of(place, "static/src/entries/site.ts") == first
    (place / "static/src/entries/site.ts").write_text("document.title = 'another';\n")
    assert build(place).returncode == 0
    assert output_of(place, "static/src/entries/site.ts") != first
    assert first.exists()  # pages served before still ask for it


def test_compressed_copies_hold_the_same_bytes(place):
    assert build(place).returncode == 0
    script = output_of(place, "static/src/entries/site.ts")
    assert brotli.decompress(Path(f"{script}.br").read_bytes()) == script.read_bytes()
    assert gzip.decompress(Path(f"{script}.gz").read_bytes()) == script.read_bytes()


def test_an_entry_over_its_budget_fails_the_build_and_is_named(place):
    noise = "".join(f"{number * 2654435761 % 2**32:08x}" for number in range(20_000))
    (place / "static/src/entries/large.ts").write_text(f"document.title = '{noise}';\n")
    done = build(place)
    assert done.returncode == 1
    assert "Over the budget" in done.stderr
    assert "entries/large.js: " in done.stderr
    assert "8192 are allowed" in done.stderr


def test_a_source_that_does_not_parse_fails_the_build_with_its_place(place):
    (place / "static/src/entries/site.ts").write_text("const = 1;\n")
    done = build(place)
    assert done.returncode == 1
    assert "static/src/entries/site.ts:1:6" in done.stderr
