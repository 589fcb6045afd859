"""`make run` as a person meets it: a terminal, a taken port, Ctrl-C."""

import os
import pty
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.postgresql import free_port

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "scripts/run.py"]

pytestmark = pytest.mark.sqlite_only("run.py starts a site of its own, on SQLite")


@pytest.fixture
def env(tmp_path):
    site = {"DJANGO_SETTINGS_MODULE": "project.settings", "CAIRN_DATA_DIR": str(tmp_path)}
    return {**os.environ, **site, "PORT": str(free_port())}


def test_a_taken_port_is_said_before_anything_is_touched(env, tmp_path):
    with socket.create_server(("127.0.0.1", int(env["PORT"]))):
        done = subprocess.run(COMMAND, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"Port {env['PORT']} cannot be used (Address already in use)." in done.stderr
    assert f"make run PORT={int(env['PORT']) + 1}" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_no_number_is_refused(env):
    done = subprocess.run(
        COMMAND, cwd=ROOT, env={**env, "PORT": "http"}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "PORT='http': a number from 1 to 65535 is allowed\n")


def read_until(terminal: int, pattern: str) -> str:
    """What the terminal showed up to `pattern`, or to its end."""
    shown = ""
    while not re.search(pattern, shown):
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux: the other side closed
            break
        shown += piece.decode(errors="replace")
    return shown


@pytest.fixture
def copy(tmp_path_factory):
    """The project with bundles of its own: it builds them anew, under the sites of other tests otherwise."""
    folder = tmp_path_factory.mktemp("project")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def test_ctrl_c_ends_everything_and_the_exit_code_is_0(env, copy):
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(copy)
        os.execvpe(COMMAND[0], COMMAND, env)
    shown = read_until(terminal, r"Listening on TCP address|Quit the server")
    assert f"Cairn is at http://127.0.0.1:{env['PORT']}/" in shown
    os.write(terminal, b"\x03")
    read_until(terminal, r"\Z(?!)")
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(env["PORT"]))) != 0
