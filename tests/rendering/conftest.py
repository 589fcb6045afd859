from __future__ import annotations

import pytest

from tests.rendering.following import SlowSite
from tests.services.sites import Sites

MAKE_BOOK = """
from tests import given
given.handbook(given.person(), slug="book", is_public=True)
"""


@pytest.fixture(scope="session")
def slow_site(new_site: Sites) -> SlowSite:
    started = new_site(DJANGO_SETTINGS_MODULE="tests.rendering.slow.settings")
    started.python(MAKE_BOOK)
    started.start()
    return SlowSite(started)
