"""A furnished handbook, and sessions of its people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e import hut as furnished
from tests.e2e.hut import Hut
from tests.e2e.steps import sign_in
from tests.services.browser import DESKTOP
from tests.services.site import Site


@pytest.fixture(scope="session")
def hut(site: Site) -> Hut:
    return furnished.build(site)


@pytest.fixture(scope="session")
def session_of(browser: Browser, site: Site, hut: Hut) -> Callable[[str], Any]:
    """`session_of(email)`: what `visit(storage_state=...)` takes to be signed in; each signs in once."""
    sessions: dict[str, Any] = {}

    def of(email: str) -> Any:
        if email not in sessions:
            context = browser.new_context(base_url=site.url, locale="en", **DESKTOP)
            sign_in(context.new_page(), email)
            sessions[email] = context.storage_state()
            context.close()
        return sessions[email]

    return of
