"""The edge of this process, following the log, with empty memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from apps.caching.process import absent, fills, memory
from apps.events import follower, following
from apps.queries.results import results
from apps.rendering import pages
from apps.rendering.gates import gates
from apps.tenants.directory import directory
from project.asgi import application
from tests.readers import close_readers
from tests.rendering.asking import Asker
from tests.rendering.following import SlowSite
from tests.rendering.trial_urls import trial
from tests.services.rsgi import RsgiSite
from tests.services.site import Site
from tests.services.sites import Sites

PATIENCE_S = 30
MAKE_BOOK = """
from tests import given
given.handbook(given.person(), slug="book", is_public=True)
"""


@pytest.fixture
def ask(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asker]:
    """`ask.get("/cairn/")`: through the edge and all that is behind it."""
    forget()
    monkeypatch.setattr(follower, "LOOK_EVERY_S", 0.03)  # so long stopping takes
    following.start([import_string(path) for path in settings.EVENT_LISTENERS], [])
    assert following._running is not None
    assert following._running[0].following.wait(PATIENCE_S)
    asker = Asker(application.app)
    yield asker
    asker.close()
    following.stop()
    assert fills.running() == 0
    close_readers()
    forget()


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The pages of trial_urls, as plain text."""

    def text(template: str, context: dict[str, Any]) -> str:
        return str(context["text"]) if template == "trial" else "nothing"

    settings.ROOT_URLCONF = "tests.rendering.trial_urls"
    monkeypatch.setattr(pages, "render_to_string", text)
    trial.__init__()  # type: ignore[misc]


def forget() -> None:
    for pool in (memory, absent, gates, results):
        pool.clear()
    directory._known.clear()


@pytest.fixture(scope="session", params=[Site, RsgiSite], ids=["asgi", "rsgi"])
def slow_site(request: pytest.FixtureRequest, new_site: Sites) -> Iterator[SlowSite]:
    made = new_site(
        DJANGO_SETTINGS_MODULE="tests.rendering.slow.settings", CAIRN_RENDERING_PART_PATIENCE_MS="30"
    )
    made.python(MAKE_BOOK)
    with request.param(made.folder, database_url=made.env["DATABASE_URL"], env=made.env) as started:
        yield SlowSite(started)
