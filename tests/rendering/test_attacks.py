"""Published attacks on caches, sent as raw bytes to a running site: nothing that is stored changes, nothing
private is stored for others. The same suite finds each fault of a broken edge."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.rendering.attacking import SECRET, Suite, attacks
from tests.rendering.broken_edge import FAULTS
from tests.services.rsgi import RsgiSite
from tests.services.site import Site

pytestmark = pytest.mark.sqlite_only(
    reason="What is on the wire and in memory is the same over any database."
)
ATTACKS = attacks()
AT_ONCE = 8
MAKE = """
from django.db import transaction
from tests import given
owner = given.person("anna@example.org")
with transaction.atomic():
    for number in range({count}):
        for kind, public, text in (("open", True, "Call twice."), ("ours", False, "{secret}")):
            book = given.handbook(owner, f"{{kind}}-{{number}}", is_public=public)
            given.page(owner, given.home(book.pk), "Radio", text, publish=True)
from django.test import Client
from apps.accounts.models import User
client = Client()
client.force_login(User.objects.get(pk=owner.id))
print(client.cookies["sessionid"].value)
"""


@pytest.fixture(scope="module")
def reference(new_site) -> Site:
    """A site with two handbooks for each attack; `.cookie` is its owner's."""
    site = new_site()
    site.cookie = f"sessionid={site.python(MAKE.format(count=len(ATTACKS), secret=SECRET.decode())).strip()}"
    site.start()
    return site


@pytest.fixture
def beside(reference):
    """`beside(Site, app="module:app")`: another server on the same database, to be attacked."""
    started = []

    def start(kind: type[Site], app: str = "project.asgi:application", **env: str) -> Suite:
        url = reference.env["DATABASE_URL"]
        site = kind(reference.folder, database_url=url, env=env, app=app)
        started.append(site)
        site.start()
        return Suite(site.port, reference.port, reference.cookie)

    yield start
    for site in started:
        site.stop()


def test_each_attack_says_where_it_is_from():
    assert len(ATTACKS) >= 80
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    for attack in ATTACKS:
        assert re.search(
            r"CVE-\d{4}-\d{4,}|RFC \d+|\b(19|20)\d\d\b|documentation|PURGE|TR \d+|L?ist", attack.source
        ), attack
        assert len(attack.aim) > 5


@pytest.mark.parametrize("kind", [Site, RsgiSite], ids=["asgi", "rsgi"])
def test_nothing_that_is_stored_changes(beside, kind):
    suite = beside(kind)

    def findings(numbered):
        return list(suite.findings(*numbered))

    with ThreadPoolExecutor(AT_ONCE) as senders:
        found = [each for part in senders.map(findings, enumerate(ATTACKS)) for each in part]
    assert found == []


@pytest.mark.parametrize("fault", FAULTS)
def test_the_suite_finds_the_fault_of_a_broken_edge(beside, fault):
    suite = beside(Site, "tests.rendering.broken_edge:application", BROKEN=fault)
    place = [attack.name for attack in ATTACKS].index(FAULTS[fault])
    tried = sorted({0, place})  # that two visitors have one cookie takes two
    caught = [each for number in tried for each in suite.findings(number, ATTACKS[number])]
    assert FAULTS[fault] in {each.attack for each in caught}
