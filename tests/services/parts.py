"""pytest plugin: `--part=database` picks the tests that use a database, `--part=neither` the others.

Where the suite runs on two databases, a test that uses neither is of no more worth the second time.
"""

from __future__ import annotations

from typing import Final

import pytest

DATABASE: Final = "database"
NEITHER: Final = "neither"
USING: Final = frozenset({"db", "transactional_db", "django_db_setup", "new_site"})  # fixtures


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--part", choices=(DATABASE, NEITHER), help="Run a part of the tests.")


def part_of(item: pytest.Item) -> str:
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgresql_only"))
    return DATABASE if marked or USING.intersection(getattr(item, "fixturenames", ())) else NEITHER


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--part")
    other = [item for item in items if wanted is not None and part_of(item) != wanted]
    if other:
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if part_of(item) == wanted]
