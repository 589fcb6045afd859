"""Pages of a handbook of 5,000: the first response, its size, and how many queries a view asks."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import brotli

from bench.data import manage, own_database
from bench.registry import Figure, bench

PAGES = 5000
RUNS = 15
QUALITY = 5  # what a server can afford while somebody waits


@bench("tree.5000_ms", "tree.5000_kb", "page.sql_queries")
def tree() -> Iterator[Figure]:
    with own_database():
        manage("seed", "--documents", str(PAGES), "--handbook", "big")
        from django.test import Client

        from apps.documents.models import Document

        deepest = Document.objects.order_by("-path").values_list("path", flat=True)[0]
        urls = ["/big/", "/big/-/tree/", f"/big/{deepest}/"]
        client = Client()
        slowest_ms, largest_kb, most_queries = 0.0, 0.0, 0
        for url in urls:
            client.get(url)
            times = []
            for _ in range(RUNS):
                began = time.perf_counter()
                answer = client.get(url)
                times.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200, url
            slowest_ms = max(slowest_ms, statistics.median(times))
            largest_kb = max(largest_kb, len(brotli.compress(answer.content, quality=QUALITY)) / 1000)
            most_queries = max(most_queries, queries_of_member(url))
        yield Figure("tree.5000_ms", slowest_ms, "ms", "slowest of home, tree and deepest page", most=200)
        yield Figure("tree.5000_kb", largest_kb, "KB Brotli", "largest of the same", most=60)
        yield Figure("page.sql_queries", most_queries, "queries", "a member of a private handbook", most=12)


def queries_of_member(url: str) -> int:
    """With the handbook private, so that session, person and membership are asked too."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from apps.accounts.actions import create_person
    from apps.accounts.models import User
    from apps.accounts.people import SYSTEM
    from apps.tenants.actions import add_member, change_handbook
    from apps.tenants.models import Handbook

    book = Handbook.objects.get(slug="big")
    change_handbook(SYSTEM, book.pk, is_public=False)
    email = "reader@example.org"
    person = User.objects.filter(email=email).first()
    person = person or create_person(email=email, name="Reader", password=None)
    add_member(SYSTEM, book.pk, email=email, role="reader")
    client = Client()
    client.force_login(person)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    change_handbook(SYSTEM, book.pk, is_public=True)
    return len(queries)
