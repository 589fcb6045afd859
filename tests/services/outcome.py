"""pytest plugin: how a run ended, as JSON for scripts/test.py, and which tests are one database's alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

OTHERS = {"sqlite": "postgresql_only", "postgresql": "sqlite_only"}
_left_out = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--outcome", type=Path, help="Write the counts of this run to this file, as JSON.")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_left_out] = []


def _reason(item: pytest.Item) -> str | None:
    """Why the other database alone has a part in this test, or None."""
    mark = item.get_closest_marker(OTHERS[connection.vendor])
    if mark is None:
        return None
    reason = mark.args[0] if mark.args else mark.kwargs.get("reason", "")
    if not reason:
        raise pytest.UsageError(f"{item.nodeid}: @pytest.mark.{mark.name} needs a reason")
    return str(reason)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reasons = {item: _reason(item) for item in items}
    other = [item for item in items if reasons[item] is not None]
    if other:
        config.stash[_left_out] += [f"{item.nodeid}: {reasons[item]}" for item in other]
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if reasons[item] is None]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """With xdist the workers collect; all of them the same."""
    node.config.stash[_left_out] = node.workeroutput["left_out"]


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = config.stash[_left_out]
    return (yield)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    path: Path | None = config.getoption("--outcome")
    if path is None:
        return
    count = {key: len(found) for key, found in terminalreporter.stats.items()}
    outcome = {
        "passed": count.get("passed", 0) + count.get("xfailed", 0),
        "failed": count.get("failed", 0) + count.get("error", 0) + count.get("xpassed", 0),
        "skipped": count.get("skipped", 0),
        "left_out": config.stash[_left_out],
    }
    path.write_text(json.dumps(outcome))
