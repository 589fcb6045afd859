"""Talk with 500 comments, made from the database: how long it takes, and how many queries it asks."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from bench.data import own_database
from bench.registry import Figure, bench

COMMENTS = 500
REPLIES = 4  # to each that begins a thread
PEOPLE = 20
RUNS = 15
SLUG = "talk"


def furnish() -> tuple[str, str]:
    """A private handbook whose page has COMMENTS comments, most about its blocks; the address of its talk,
    and the e-mail address of a member."""
    from apps.accounts.actions import create_person
    from apps.accounts.people import SYSTEM, Actor
    from apps.documents.actions.comments import reply_to_thread, start_thread
    from apps.documents.actions.documents import create_document
    from apps.documents.actions.handbooks import open_handbook
    from apps.documents.models import Document
    from apps.documents.seeding import seed_pages
    from apps.tenants.actions import add_member

    book = open_handbook(SYSTEM, slug=SLUG, title="Talk")
    home = Document.objects.get(handbook=book)
    people = []
    for number in range(PEOPLE):
        email = f"person-{number}@example.org"
        people.append(Actor(create_person(email=email, name=f"Person {number} Long", password=None).pk))
        add_member(SYSTEM, book.pk, email=email, role="reader")
    source = "\n\n".join(page.source for page in seed_pages(4))
    page = create_document(SYSTEM, book.pk, parent_id=home.pk, title="Page", source=source, publish=True)
    blocks = ["", *(block[0] for block in page.revision.blocks)] if page.revision else [""]
    said = "Is it *really* so, @Person {0} Long? See [[Page]] and `code`:\n\n- one\n- two, https://example.org/{0}"
    for number in range(COMMENTS // (1 + REPLIES)):
        who = people[number % PEOPLE]
        begun = start_thread(
            who, page.pk, source=said.format(number % PEOPLE), block=blocks[number % len(blocks)]
        )
        for _ in range(REPLIES):
            reply_to_thread(people[(number + 1) % PEOPLE], begun.comment.thread_id, source=said.format(1))
    return f"/{SLUG}/-/talk/{page.pk}/", "person-0@example.org"


@bench("page.500_comments_ms", "page.500_comments_queries")
def talk() -> Iterator[Figure]:
    with own_database():
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        from apps.accounts.models import User

        url, email = furnish()
        client = Client()
        client.force_login(User.objects.get(email=email))
        client.get(url)
        times = []
        for _ in range(RUNS):
            began = time.perf_counter()
            answer = client.get(url)
            times.append(1000 * (time.perf_counter() - began))
            assert answer.content.count(b'class="comment"') == COMMENTS, url
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
    yield Figure("page.500_comments_ms", statistics.median(times), "ms", "uncached", most=150)
    yield Figure("page.500_comments_queries", len(queries), "queries", "with session and member", most=12)
