"""Which tests run on each database, and which once."""

from __future__ import annotations

import pytest

from tests.services.parts import DATABASE, NEITHER, part_of
from tests.services.sites import Sites


def test_what_asks_for_no_database_is_of_neither(request: pytest.FixtureRequest) -> None:
    assert part_of(request.node) == NEITHER


@pytest.mark.django_db
def test_what_is_marked_is_of_the_database(request: pytest.FixtureRequest) -> None:
    assert part_of(request.node) == DATABASE


def test_what_starts_a_site_is_of_the_database(request: pytest.FixtureRequest, new_site: Sites) -> None:
    assert part_of(request.node) == DATABASE


@pytest.mark.postgresql_only("it is about the mark")
def test_what_is_for_postgresql_alone_is_not_lost(request: pytest.FixtureRequest) -> None:
    assert part_of(request.node) == DATABASE
