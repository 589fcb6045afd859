"""All that may stand around a site at once: two servers on a database, a Redis Cluster, Varnish in front."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.integration.behind_varnish import WITHIN_S, Stack, enter, keep, seconds_until
from tests.services.redis_cluster import RedisCluster
from tests.services.site import Site
from tests.services.sites import Sites, server_beside
from tests.services.varnish import Varnish
from tests.services.visitor import cdn, quiet, save, send, until, visitor


@dataclass(frozen=True)
class Together:
    one: Site
    two: Site
    stack: Stack

    def made(self, address: str) -> int:
        """How often the two have rendered it."""
        line = rf"cairn\.made: {re.escape(address)} "
        return sum(len(re.findall(line, site.log())) for site in (self.one, self.two))

    def texts(self, address: str) -> list[str]:
        """From Varnish, and from each server."""
        urls = (self.stack.varnish.url, self.one.url, self.two.url)
        return [httpx.get(url + address, trust_env=False).text for url in urls]


@pytest.fixture(scope="module")
def together(new_site: Sites, redis_nodes: RedisCluster) -> Iterator[Together]:
    one = new_site(
        CAIRN_STORE_REDIS_URLS=",".join(redis_nodes.urls),
        CAIRN_STORE_REDIS_TIMEOUT_MS="20000",  # on a busy machine, too, nothing is made without it
        CAIRN_CACHING_CDN_RESPONSE_S="1",
    )
    two = server_beside(one)
    varnish = Varnish(one.port, two.port)
    for site in (one, two):
        site.env |= varnish.settings
    with one, two, varnish:
        yield Together(one, two, Stack(two, varnish))


@pytest.fixture
def reader(together: Together) -> Iterator[httpx.Client]:
    with visitor(together.stack.varnish.url) as client:
        yield client


@pytest.fixture
def olga(together: Together) -> Iterator[httpx.Client]:
    """An editor; what she sends comes to either server."""
    with visitor(together.stack.varnish.url) as client:
        yield client


def becomes(reader: httpx.Client, path: str, status: int) -> None:
    """Through Varnish, and within the bound."""
    began = time.monotonic()
    until(lambda: reader.get(path).status_code, lambda found: found == status, f"{path} to be {status}")
    assert time.monotonic() - began < WITHIN_S


def test_a_page_comes_and_goes_through_all_of_them(
    together: Together, reader: httpx.Client, olga: httpx.Client
) -> None:
    book = together.stack.book()
    enter(olga)
    keep(reader, book.water, book.stove)
    olga.get(f"/{book.slug}/-/edit/{book.water_id}/")
    for step, status, here in (("unpublish", 404, False), ("publish", 200, True)):
        assert send(olga, f"/{book.slug}/-/{step}/{book.water_id}/").status_code == 302
        becomes(reader, book.water, status)
        quiet(together.two)
        assert [">Water<" in text for text in together.texts(book.stove)] == [here] * 3
        assert ["The text of Water." in text for text in together.texts(book.water)] == [here] * 3
        assert keep(reader, book.stove).status_code == 200


def test_what_is_saved_is_made_once_for_all_of_them(
    together: Together, reader: httpx.Client, olga: httpx.Client
) -> None:
    book = together.stack.book()
    enter(olga)
    keep(reader, book.water, book.stove)
    water, stove = together.made(book.water), together.made(book.stove)
    save(olga, book.slug, book.water_id, "Carried up from the spring.")
    assert seconds_until(reader, book.water, "Carried up from the spring.") < WITHIN_S
    quiet(together.two)
    assert all("Carried up from the spring." in text for text in together.texts(book.water))
    assert "Carried up from the spring." in keep(reader, book.water).text
    assert (cdn(reader.get(book.stove)), together.made(book.stove)) == ("hit", stove)
    assert together.made(book.water) == water + 1


def test_what_is_renewed_is_made_once_more_by_one_of_them(together: Together, reader: httpx.Client) -> None:
    book = together.stack.book()
    keep(reader, book.water)
    made = together.made(book.water)
    together.one.manage("invalidate", "--url", book.water, "--renew")
    quiet(together.two)
    old = reader.get(book.water)
    assert (cdn(old), "The text of Water." in old.text) == ("expired", True)
    until(lambda: together.made(book.water), lambda found: found > made, f"{book.water} to be made anew")
    keep(reader, book.water)
    assert together.made(book.water) == made + 1


def test_one_of_the_servers_may_die(together: Together, reader: httpx.Client) -> None:
    """The last test here: the other has the site to itself from now on."""
    book = together.stack.book()
    with visitor(together.two.url) as olga:
        enter(olga)
        keep(reader, book.water)
        save(olga, book.slug, book.water_id, "Told by either.")
        assert seconds_until(reader, book.water, "Told by either.") < WITHIN_S
        together.one.kill()
        assert {reader.get("/-/health/").status_code for _ in range(8)} == {200}
        save(olga, book.slug, book.water_id, "Purged by whoever is left.")
        seconds_until(reader, book.water, "Purged by whoever is left.")
        quiet(together.two)
