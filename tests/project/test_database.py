"""DATABASE_URL."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from project import database as databases


def database(url: str, default_path: Path) -> dict[str, Any]:
    return databases.database(url, default_path, pool_size=20)


def test_without_an_address_it_is_sqlite_in_a_folder_that_is_made(tmp_path: Path):
    entry = database("", tmp_path / "new" / "cairn.sqlite3")
    assert entry["ENGINE"] == "django.db.backends.sqlite3"
    assert entry["NAME"] == tmp_path / "new" / "cairn.sqlite3"
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in entry["OPTIONS"]["init_command"]
    assert (tmp_path / "new").is_dir()


def test_an_sqlite_address_names_a_file(tmp_path: Path):
    assert database(f"sqlite:///{tmp_path}/a.sqlite3", Path("elsewhere"))["NAME"] == tmp_path / "a.sqlite3"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_address_is_taken_apart(scheme: str):
    entry = database(f"{scheme}://anna:p%40ss%2Fword@db.example:5433/cairn", Path("unused"))
    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert {key: entry[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "cairn",
        "USER": "anna",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example",
        "PORT": "5433",
    }
    assert entry["OPTIONS"]["pool"]["max_size"] == 20


@pytest.mark.parametrize(
    "url", ["mysql://a/b", "cairn", "postgresql://host/", "postgresql://host:port/cairn", "sqlite:///"]
)
def test_any_other_address_is_refused_with_what_is_allowed(url: str):
    with pytest.raises(ImproperlyConfigured, match=re.escape(f"DATABASE_URL={url!r}: ")) as caught:
        database(url, Path("unused"))
    assert "postgresql://user:password@host:port/name or sqlite:///path is allowed" in str(caught.value)


def test_a_refusal_does_not_print_the_password():
    with pytest.raises(ImproperlyConfigured) as caught:
        database("mysql://anna:hidden@db.example/cairn", Path("unused"))
    assert "hidden" not in str(caught.value)
    assert "mysql://anna:***@db.example/cairn" in str(caught.value)
