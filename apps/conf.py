"""Settings tables: each app's `conf.py` declares one frozen dataclass, the environment fills it.

A field `poll_ms` of a table loaded with prefix `CAIRN_EVENTS` is read from `CAIRN_EVENTS_POLL_MS`.
A wrong value stops the start and names the key, the value and what is allowed.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def setting[T](
    default: T,
    help: str,
    *,
    least: int | None = None,
    most: int | None = None,
    allowed: str = "",
    check: Callable[[T], str] | None = None,
) -> T:
    """A field of a settings table. `allowed` says what it takes, where its type and bounds do not say it
    all; `check` returns what is wrong with a value, or ''."""
    metadata = {"help": help, "least": least, "most": most, "allowed": allowed, "check": check}
    return dataclasses.field(default=default, metadata=metadata)


def _boolean(text: str) -> bool:
    if text.lower() in TRUE | FALSE:
        return text.lower() in TRUE
    raise ValueError("yes or no is allowed")


def _whole(text: str) -> int:
    if re.fullmatch(r"[+-]?\d+", text.strip(), re.ASCII):
        return int(text)
    raise ValueError("a whole number is allowed")


def _path(text: str) -> Path:
    if not text.strip():
        raise ValueError("a path is allowed")
    return Path(text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


PARSERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: _whole,
    bool: _boolean,
    Path: _path,
    tuple[str, ...]: _names,
}


def load[T](table: type[T], prefix: str, environ: Mapping[str, str] | None = None) -> T:
    """The table's values: the environment's where it names one, else the defaults.

    Raises ImproperlyConfigured for a value that does not parse or is out of bounds.
    """
    source = os.environ if environ is None else environ
    hints = get_type_hints(table)
    values = {}
    for field in dataclasses.fields(table):  # type: ignore[arg-type]
        key = env_name(prefix, field.name)
        if key in source:
            values[field.name] = _parse(key, source[key], hints[field.name], field.metadata)
    return table(**values)


def conf_modules(root: Path) -> Iterator[ModuleType]:
    """Every module that holds a table below the project's folder, the site's first; a new one is found
    by itself. Importing them checks all values."""
    for path in [*sorted(root.glob("*/conf.py")), *sorted(root.glob("apps/*/conf.py"))]:
        module = import_module(".".join(path.relative_to(root).with_suffix("").parts))
        if hasattr(module, "PREFIX"):
            yield module


def env_name(prefix: str, field_name: str) -> str:
    return f"{prefix}_{field_name.upper()}"


def _parse(key: str, text: str, kind: Any, metadata: Mapping[str, Any]) -> Any:
    try:
        value = PARSERS[kind](text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{key}={text!r}: {error}") from error
    if metadata["least"] is not None and value < metadata["least"]:
        raise ImproperlyConfigured(f"{key}={text!r}: at least {metadata['least']} is allowed")
    if metadata["most"] is not None and value > metadata["most"]:
        raise ImproperlyConfigured(f"{key}={text!r}: at most {metadata['most']} is allowed")
    wrong = metadata["check"](value) if metadata["check"] else ""
    if wrong:
        raise ImproperlyConfigured(f"{key}={text!r}: {wrong}")
    return value
