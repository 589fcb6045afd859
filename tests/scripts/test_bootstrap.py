"""Which Python scripts/bootstrap takes. The Pythons here are shell scripts: no environment is really made."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "cat", "ls", "cksum", "tr", "dirname", "rm", "mkdir")

FITS = """#!/bin/sh
case "$*" in
  -V) echo "Python 3.13.0" ;;
  "-m venv .venv") echo "made with $0"; exit 7 ;;
esac
"""
TOO_OLD = "#!/bin/sh\nexit 1\n"
SHIM_OF_NOTHING = "#!/bin/sh\nexit 127\n"
WITHOUT_ENSUREPIP = FITS.replace("case", 'case "$*" in *ensurepip*) exit 1 ;; esac\ncase', 1)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def place(tmp_path):
    """A copy of the script, a folder of tools without any Python for PATH, and an empty home."""
    write(tmp_path / "cairn/scripts/bootstrap", (ROOT / "scripts/bootstrap").read_text())
    (tmp_path / "cairn/.python-version").write_text("3.13\n")
    (tmp_path / "tools").mkdir()
    for tool in TOOLS:
        (tmp_path / "tools" / tool).symlink_to(shutil.which(tool))
    return tmp_path


def bootstrap(place: Path, *folders: str) -> subprocess.CompletedProcess[str]:
    path = ":".join([*(str(place / folder) for folder in folders), str(place / "tools")])
    env = {"HOME": str(place / "home"), "PATH": path}
    return subprocess.run(
        [place / "cairn/scripts/bootstrap"], env=env, capture_output=True, text=True, check=False
    )


def test_without_any_python_it_says_what_to_install(place):
    done = bootstrap(place)
    assert done.returncode == 1
    assert "No Python 3.12 or newer" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr
    assert not (place / "cairn/.venv").exists()


def test_a_python_that_is_too_old_is_not_taken(place):
    write(place / "bin/python3", TOO_OLD)
    assert "No Python 3.12 or newer" in bootstrap(place, "bin").stderr


def test_the_version_wanted_comes_before_newer_ones(place):
    write(place / "bin/python3.14", FITS)
    python = write(place / "bin/python3.13", FITS)
    assert f"made with {python}\n" in bootstrap(place, "bin").stdout


def test_a_shim_of_a_version_that_is_off_does_not_hide_a_python_behind_it(place):
    write(place / "shims/python3.13", SHIM_OF_NOTHING)
    python = write(place / "bin/python3.13", FITS)
    assert f"made with {python}\n" in bootstrap(place, "shims", "bin").stdout


@pytest.mark.parametrize(
    "folder",
    ["home/.pyenv/versions/3.12.1", "home/.local/share/uv/python/cpython-3.13.0-linux-x86_64-gnu"],
    ids=["pyenv", "uv"],
)
def test_a_python_that_is_not_on_path_is_found(place, folder):
    python = write(place / folder / "bin/python3", FITS)
    assert f"made with {python}\n" in bootstrap(place).stdout


def test_a_python_without_ensurepip_is_named_and_passed_over(place):
    lame = write(place / "bin/python3.13", WITHOUT_ENSUREPIP)
    python = write(place / "home/.pyenv/versions/3.12.1/bin/python3", FITS)
    done = bootstrap(place, "bin")
    assert f"{lame} cannot make virtual environments" in done.stderr
    assert f"made with {python}\n" in done.stdout
