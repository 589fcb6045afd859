"""Four servers on one database: writers see what they wrote; whoever is shut out is out within a second. As
sites are run: on SQLite each process has its own caches, on PostgreSQL they share a Redis Cluster as well."""

from __future__ import annotations

import json
import os
import random
import time

import pytest

from apps.caching.hearing import TRUST_S
from tests.integration.pairs import CSRF, Place, pairs, place

PAIRS = 800  # 10,000 in `make soak`
SECRET = "text-only-for-members"
WATCHED_S = TRUST_S + 0.5
MAKE_READERS = """
import json
from django.test import Client
from apps.accounts.models import User
from tests import given
owner = given.person()
made = []
for number in range({count}):
    book = given.handbook(owner, f"ours-{{number}}")
    given.page(owner, given.home(book.pk), "Plan", "{secret}", publish=True)
    reader = given.member(owner, book.pk, "reader")
    client = Client()
    client.force_login(User.objects.get(pk=reader.id))
    made.append({{"book": str(book.pk), "slug": book.slug, "person": str(reader.id),
                 "session": client.cookies["sessionid"].value}})
print(json.dumps(made))
"""


@pytest.fixture(scope="module")
def servers(new_site, over_redis) -> Place:
    with place(new_site(), **over_redis) as at:
        yield at


def test_writers_read_what_they_wrote_in_any_process(servers):
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**9))
    print(f"SEED={seed}")
    assert pairs(servers, PAIRS, random.Random(seed)) == []


@pytest.fixture(scope="module")
def readers(servers) -> dict[str, dict[str, str]]:
    made = json.loads(servers.site.python(MAKE_READERS.format(count=3, secret=SECRET)))
    return dict(zip(("remove", "password", "sign_out"), made, strict=True))


@pytest.mark.parametrize("way", ["remove", "password", "sign_out"])
def test_whoever_is_shut_out_is_given_nothing_stored_after_a_second(servers, readers, way):
    reader = readers[way]
    address, cookies = f"/{reader['slug']}/plan/", {"sessionid": reader["session"]}
    for _ in range(2):
        shown = [server.ask("GET", address, cookies) for server in servers.servers]
        assert [(reply.status, SECRET in reply.text) for reply in shown] == [(200, True)] * 4
    assert all('desc="hit"' in reply.said for reply in shown)
    if way == "sign_out":
        form = {"csrfmiddlewaretoken": CSRF}
        out = servers.servers[0].ask("POST", "/-/sign-out/", {**cookies, "csrftoken": CSRF}, form)
        assert out.status == 302
    else:
        servers.acting.do(way, book=reader["book"], person=reader["person"])
    done = time.monotonic()
    late = []
    while (asked := time.monotonic()) < done + WATCHED_S:
        for server in servers.servers:
            reply = server.ask("GET", address, cookies)
            if SECRET in reply.text and asked >= done + TRUST_S:
                late.append(reply.said)
    assert late == []
    last = [server.ask("GET", address, cookies) for server in servers.servers]
    assert [reply.status for reply in last] == [404] * 4


def test_a_command_beside_the_servers_is_seen_within_a_second(servers, tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(3):
        (folder / "index.md").write_text(f"# Log\n\nentry-{number}-end\n")
        servers.site.manage("import_handbook", str(folder), "--handbook=log", "--title=Log", "--public")
        done = time.monotonic()
        late = []
        while (asked := time.monotonic()) < done + WATCHED_S:
            for server in servers.servers:
                reply = server.ask("GET", "/log/", {})
                if f"entry-{number}-end" not in reply.text and asked >= done + TRUST_S:
                    late.append((reply.status, reply.said))
        assert late == []
        assert all(f"entry-{number}-end" in each.ask("GET", "/log/", {}).text for each in servers.servers)
