"""What holds for the whole site, and that the list of settings is current."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]


def start(**environ: str) -> subprocess.CompletedProcess[str]:
    """A start of the site with these variables, in a process of its own."""
    code = "from django.conf import settings as s; print(s.SECURE_SSL_REDIRECT, s.DEBUG)"
    env = {key: value for key, value in os.environ.items() if not key.startswith("CAIRN_")}
    env |= {"DJANGO_SETTINGS_MODULE": "project.settings", "CAIRN_SECRET_KEY": "only-for-tests", **environ}
    return subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:django", "-c", code],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_wrong_value_stops_the_start_with_key_and_value(tmp_path: Path):
    done = start(CAIRN_DATA_DIR=str(tmp_path), CAIRN_EVENTS_POLL_MS="never")
    assert done.returncode == 1
    assert done.stderr.strip().endswith("CAIRN_EVENTS_POLL_MS='never': a whole number is allowed")


def test_https_is_one_switch(tmp_path: Path):
    done = start(CAIRN_DATA_DIR=str(tmp_path), CAIRN_SECURE="yes")
    assert (done.stdout.split(), done.stderr) == (["True", "False"], "")


def test_the_list_of_settings_is_current():
    call_command("settings_docs", "--check")


def test_an_old_list_of_settings_is_told(tmp_path: Path, settings):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "settings.md").write_text("old")
    settings.BASE_DIR = tmp_path
    with pytest.raises(
        CommandError, match=r"docs/settings\.md is not current: run `manage\.py settings_docs`"
    ):
        call_command("settings_docs", "--check")
    assert (tmp_path / "docs" / "settings.md").read_text() == "old"


def test_the_list_names_every_room_and_no_path_of_this_machine(tmp_path: Path):
    text = (ROOT / "docs" / "settings.md").read_text()
    assert text.index("## Settings of the whole site") < text.index("## Settings of documents")
    for module in ROOT.glob("apps/*/conf.py"):
        assert f"`CAIRN_{module.parent.name.upper()}_" in text
    assert "| `CAIRN_DATA_DIR` | `var` | path |" in text
    assert str(ROOT) not in text


@pytest.mark.django_db
def test_every_answer_carries_the_strict_policy():
    headers = Client().get("/-/sign-in/").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_messages_and_flags_of_cookies():
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_AGE == 30 * 24 * 3600
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
