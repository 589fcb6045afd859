"""DATABASE_URL -> Django's DATABASES entry."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ALLOWED = "postgresql://user:password@host:port/name or sqlite:///path is allowed"


def database(url: str, default_path: Path, *, pool_size: int) -> dict[str, Any]:
    """SQLite at `default_path` where the URL is empty; at most `pool_size` connections to PostgreSQL. Raises
    ImproperlyConfigured."""
    if not url:
        return _sqlite(default_path)
    parts = urlsplit(url)
    name = parts.path[1:]
    if parts.scheme not in ("sqlite", "postgres", "postgresql") or not name or not _port_is_right(parts):
        raise ImproperlyConfigured(f"DATABASE_URL={_shown(url, parts.password)!r}: {ALLOWED}")
    if parts.scheme == "sqlite":
        return _sqlite(Path(name))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # the pool may hold connections from before the server's restart
        "OPTIONS": {"pool": {"min_size": 1, "max_size": pool_size, "timeout": 10}},
    }


def _port_is_right(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _shown(url: str, password: str | None) -> str:
    return url.replace(f":{password}@", ":***@") if password else url


def _sqlite(path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # a read that turns into a write would fail at once
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-8000;",  # KB, of each connection: a reader's is full in time
        },
    }
