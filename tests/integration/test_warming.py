"""What an admin asks to be made anew or warm is, before anybody asks for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.services.redis_cluster import RedisCluster
from tests.services.site import Site
from tests.services.sites import Sites
from tests.services.visitor import until

MAKE = """
import json
from tests import given
owner = given.person()
book = given.handbook(owner, "hut", is_public=True)
for title in ("Water", "Stove"):
    given.page(owner, given.home(book.pk), title, f"Of the {title}.", publish=True)
"""
LISTED = """
import json
from apps.rendering.models import CachedPage
print(json.dumps(sorted(CachedPage.objects.values_list("address", flat=True))))
"""
PAGES = ["/hut/", "/hut/stove/", "/hut/water/"]


def asked(site: Site, address: str = "/hut/water/") -> tuple[str, bool]:
    """What Server-Timing says, and whether a CDN may keep the answer."""
    answer = httpx.get(f"{site.url}{address}", timeout=60, trust_env=False).raise_for_status()
    (said,) = re.findall(r'cache;desc="(\w+)"', answer.headers["server-timing"])
    return said, "cdn-cache-control" in answer.headers


def made(site: Site) -> list[str]:
    return re.findall(r"cairn\.made: (\S+) ", site.log())


def know(site: Site) -> None:
    """Ask for each page, and wait until the catalogue has them all."""
    for address in PAGES:
        asked(site, address)
    until(lambda: json.loads(site.python(LISTED)), lambda listed: listed == PAGES, "the catalogue")


@pytest.fixture
def site(new_site: Sites, redis_nodes: RedisCluster) -> Iterator[Site]:
    """Over Redis, in front of it a CDN that keeps what it is told to keep."""
    site = new_site(
        CAIRN_STORE_REDIS_URLS=",".join(redis_nodes.urls),
        CAIRN_STORE_REDIS_TIMEOUT_MS="20000",
        CAIRN_CACHING_CDN_ENDPOINTS="http://127.0.0.1:9",
        CAIRN_CACHING_CDN_TOKEN="only-for-tests",
    )
    site.python(MAKE)
    with site:
        yield site


def test_a_renewed_page_is_made_at_once_though_redis_has_the_old_one(site: Site):
    assert asked(site) == ("miss", True)
    site.manage("invalidate", "--url=/hut/water/", "--renew", "--warm")
    until(lambda: made(site), lambda pages: pages == ["/hut/water/"] * 2, "the page to be made anew")
    assert asked(site) == ("hit", True)


def test_an_expired_page_from_redis_is_kept_by_no_cdn_and_made_anew_meanwhile(site: Site):
    asked(site)
    site.stop()
    site.manage("invalidate", "--url=/hut/water/", "--renew")
    site.start()
    assert asked(site) == ("expired", False)
    until(lambda: made(site), lambda pages: pages == ["/hut/water/"] * 2, "the page to be made anew")
    until(lambda: asked(site), lambda said: said == ("hit", True), "the new page")


@pytest.mark.parametrize("what", [("--below=/hut/",), ("--tag", "hut", "document"), ("--handbook=hut",)])
def test_what_the_catalogue_lists_is_warmed_though_memory_is_empty(new_site: Sites, what: tuple[str, ...]):
    site = new_site()
    site.python(MAKE)
    with site:
        know(site)
        site.stop()
        site.start()
        site.manage("invalidate", *what, "--warm")
        until(lambda: made(site), lambda pages: sorted(pages[3:]) == PAGES, "all pages to be made anew")
        assert [asked(site, address)[0] for address in PAGES] == ["hit"] * 3
