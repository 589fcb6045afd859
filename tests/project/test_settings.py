"""What holds for the whole site, and that the list of settings is current."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from apps.conf import conf_modules, load
from project.conf import PREFIX, SiteConf, checked

ROOT = Path(__file__).resolve().parents[2]


def start(shown: str = "s.SECURE_SSL_REDIRECT, s.DEBUG", **environ: str) -> subprocess.CompletedProcess[str]:
    """A start of the site with these variables, in a process of its own that prints what is asked."""
    code = f"from django.conf import settings as s; print({shown})"
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


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"PORT": "587", "TLS": "yes"},
            "HOST='': with CAIRN_EMAIL_PORT, CAIRN_EMAIL_TLS a mail server is needed",
        ),
        ({"PASSWORD": "x"}, "HOST='': with CAIRN_EMAIL_PASSWORD a mail server is needed"),
        ({"HOST": "mail", "USER": "x"}, "PASSWORD='': with CAIRN_EMAIL_USER it is needed, to sign in"),
        ({"HOST": "mail", "PASSWORD": "x"}, "USER='': with CAIRN_EMAIL_PASSWORD it is needed, to sign in"),
    ],
)
def test_half_of_a_mail_server_is_refused(values: dict[str, str], told: str):
    environ = {f"CAIRN_EMAIL_{name}": value for name, value in values.items()}
    with pytest.raises(ImproperlyConfigured) as caught:
        checked(load(SiteConf, PREFIX, environ))
    assert str(caught.value) == f"CAIRN_EMAIL_{told}"


def test_who_sends_needs_no_mail_server_and_a_mail_server_needs_no_password():
    for environ in ({"CAIRN_EMAIL_FROM": "a@example.org"}, {"CAIRN_EMAIL_HOST": "mail"}):
        assert checked(load(SiteConf, PREFIX, environ)).email_port == 25


def test_a_body_may_hold_the_greatest_upload(tmp_path: Path):
    shown = "s.MAX_BODY_BYTES"
    assert start(shown, CAIRN_DATA_DIR=str(tmp_path)).stdout == "25000000\n"
    done = start(shown, CAIRN_DATA_DIR=str(tmp_path), CAIRN_DOCUMENTS_MAX_UPLOAD_BYTES="50000000")
    assert done.stdout == "50065536\n"


def test_the_list_tells_all_that_is_allowed():
    rows = [line.split(" | ") for line in (ROOT / "docs" / "settings.md").read_text().splitlines()]
    allowed = {cells[0].removeprefix("| "): cells[2] for cells in rows if len(cells) == 4}
    assert allowed["`CAIRN_NOTIFICATIONS_DIGEST_HOUR`"] == "whole number, 0 to 23"
    assert allowed["`CAIRN_CACHING_CDN_TAG_BYTES`"] == "whole number, 200 to 8000"
    assert allowed["`CAIRN_TIME_ZONE`"] == "a name of the IANA time zone database"
    for module in conf_modules(ROOT):
        for field in dataclasses.fields(type(module.conf)):
            assert bool(field.metadata["check"]) == bool(field.metadata["allowed"]), field.name


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
