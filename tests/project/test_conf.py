"""Settings tables: what the environment says, or a start that stops and says why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.conf import load, setting


def no_spaces(value: str) -> str:
    return "no spaces are allowed" if " " in value else ""


@dataclass(frozen=True)
class Table:
    name: str = setting("cairn", "A name.", check=no_spaces)
    wait_ms: int = setting(20, "A time.", least=1)
    hour: int = setting(6, "An hour.", least=0, most=23)
    loud: bool = setting(False, "A switch.")
    folder: Path = setting(Path("var"), "A folder.")
    hosts: tuple[str, ...] = setting(("localhost",), "Names.")


def test_what_the_environment_does_not_name_has_its_default():
    assert load(Table, "CAIRN_X", {"CAIRN_WAIT_MS": "7", "WAIT_MS": "8"}) == Table(
        "cairn", 20, 6, False, Path("var"), ("localhost",)
    )


def test_values_are_read_by_their_type():
    environ = {
        "CAIRN_X_NAME": "hut",
        "CAIRN_X_WAIT_MS": "1",
        "CAIRN_X_HOUR": "23",
        "CAIRN_X_LOUD": "Yes",
        "CAIRN_X_FOLDER": "/srv/cairn",
        "CAIRN_X_HOSTS": "a.example, b.example,",
    }
    assert load(Table, "CAIRN_X", environ) == Table(
        "hut", 1, 23, True, Path("/srv/cairn"), ("a.example", "b.example")
    )


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("on", True), ("0", False), ("NO", False), ("", False)]
)
def test_a_switch_knows_these_words(text: str, value: bool):
    assert load(Table, "X", {"X_LOUD": text}).loud is value


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("X_WAIT_MS", "soon", "a whole number is allowed"),
        ("X_WAIT_MS", "1.5", "a whole number is allowed"),
        ("X_WAIT_MS", "", "a whole number is allowed"),
        ("X_WAIT_MS", "0", "at least 1 is allowed"),
        ("X_HOUR", "-1", "at least 0 is allowed"),
        ("X_HOUR", "24", "at most 23 is allowed"),
        ("X_LOUD", "perhaps", "yes or no is allowed"),
        ("X_FOLDER", "", "a path is allowed"),
        ("X_NAME", "a b", "no spaces are allowed"),
    ],
)
def test_a_wrong_value_is_refused_with_key_value_and_what_is_allowed(key: str, text: str, reason: str):
    with pytest.raises(ImproperlyConfigured) as caught:
        load(Table, "X", {key: text})
    assert str(caught.value) == f"{key}={text!r}: {reason}"
