"""The world of the matrix: made once for all tests here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.matrix.answers import Browsers
from tests.matrix.world import World, make_world


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """In a transaction that is taken back."""
    with django_db_blocker.unblock(), transaction.atomic(), patch("apps.documents.views.jobs.launch"):
        yield make_world()
        transaction.set_rollback(True)
    cache.clear()


@pytest.fixture(scope="package")
def browsers(world: World) -> Browsers:
    return Browsers(world)
