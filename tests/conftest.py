"""Fixtures that all tests share: the running site, and a browser to visit it with."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest
from django.db import connection
from django.utils import translation
from playwright.sync_api import Browser, Page, sync_playwright

from scripts import catalogue
from tests.services import chromium
from tests.services.browser import Complaints, Visitors
from tests.services.redis_cluster import RedisCluster, redis_cluster
from tests.services.site import Site
from tests.services.sites import Sites

pytest_plugins = ["tests.services.outcome", "tests.services.parts"]

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("cairn", deadline=None, print_blob=True)
hypothesis.settings.load_profile("cairn")


def pytest_configure(config: pytest.Config) -> None:
    """Tests speak the languages as they are written now, also where nobody ran scripts/bootstrap since."""
    if not hasattr(config, "workerinput"):
        for path in catalogue.catalogues():
            catalogue.compile_catalogue(path)


def pytest_runtest_teardown() -> None:
    """A request leaves its language behind."""
    translation.deactivate()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a browser run last.

    Playwright's synchronous interface keeps an event loop running in this thread from its first use on,
    and Django refuses its database there. A test with a browser reaches data through its site alone, so
    nothing is lost.
    """
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def new_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """`new_site(**env)` makes a site that is not started yet, with a database of its own."""
    cluster_url = os.environ["DATABASE_URL"] if connection.vendor == "postgresql" else ""
    sites = Sites(tmp_path_factory.mktemp("sites"), cluster_url, f"site_{os.getpid()}")
    yield sites
    sites.stop()


@pytest.fixture(scope="session")
def site(new_site: Sites) -> Site:
    """A running site for every test that leaves others alone: each makes a handbook of its own in it."""
    started = new_site()
    started.start()
    return started


@pytest.fixture(scope="session")
def redis_nodes() -> Iterator[RedisCluster]:
    """A Redis Cluster that tests share; what a test does to it, it heals before it ends."""
    with redis_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def over_redis(request: pytest.FixtureRequest) -> dict[str, str]:
    """Settings of a site as it is run: beside PostgreSQL a Redis Cluster, beside SQLite none."""
    if connection.vendor != "postgresql":
        return {}
    nodes: RedisCluster = request.getfixturevalue("redis_nodes")
    return {"CAIRN_STORE_REDIS_URLS": ",".join(nodes.urls)}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.executable()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=chromium.arguments())
        yield launched
        launched.close()


@pytest.fixture
def complaints() -> Complaints:
    """What browsers complained about in this test; `complaints.expect(pattern)` names what is meant to."""
    return Complaints()


@pytest.fixture
def visit(browser: Browser, site: Site, complaints: Complaints) -> Iterator[Visitors]:
    """`visit(**options)` opens a page of a new visitor. The test fails when any page of it complains."""
    visitors = Visitors(browser, site.url, complaints)
    yield visitors
    visitors.close()
    assert complaints.unexpected() == []


@pytest.fixture
def page(visit: Visitors) -> Page:
    """One visitor at a desk, on the running site: `page.goto("/handbook/")`."""
    return visit()
