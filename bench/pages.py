"""Cached pages beside nginx with the same bytes and Django's own cache; uncached ones beside plain Django."""

from __future__ import annotations

import http.cookiejar
import statistics
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from bench.data import own_database
from bench.registry import Figure, bench
from bench.serving import Load, command_of, load, nginx, serving
from tests.services.postgresql import free_port

RUNS = 3
AIMS = {"granian": 0.3, "rsgi": 0.45, "uvicorn": 0.15}  # of what nginx serves
PAGE_BYTES = 24_000
TEXT_CHARS = 12_000  # of Markdown: a page of about PAGE_BYTES
SLUG, EMAIL, PASSWORD = "bench", "reader@example.org", "mountain-hut-7"
SETTINGS = {"DJANGO_SETTINGS_MODULE": "bench.site.settings", "CAIRN_SECRET_KEY": "only-for-benches"}
DJANGOS = {**SETTINGS, "DJANGO_SETTINGS_MODULE": "bench.site.django_settings"}


def furnish(slug: str = SLUG, *, is_public: bool = True, pages: int = 0, sections: int = 0) -> str:
    """A handbook with a page of PAGE_BYTES and `pages` more, side by side or in `sections`; the path of the
    page."""
    from apps.accounts.actions import create_person
    from apps.accounts.models import User
    from apps.accounts.people import SYSTEM
    from apps.documents.actions.documents import create_document
    from apps.documents.actions.handbooks import open_handbook
    from apps.documents.models import Document
    from apps.documents.seeding import seed_pages
    from apps.tenants.actions import add_member

    book = open_handbook(SYSTEM, slug=slug, title="Bench", is_public=is_public)
    if not User.objects.filter(email=EMAIL).exists():
        create_person(email=EMAIL, name="Rita", password=PASSWORD)
    add_member(SYSTEM, book.pk, email=EMAIL, role="reader")
    home = Document.objects.get(handbook=book)
    paragraphs = [page.source for page in seed_pages(12)]  # texts as people write them

    def made(parent: Any, title: str) -> Any:
        return create_document(SYSTEM, book.pk, parent_id=parent.pk, title=title, source="", publish=True)

    parents = [made(home, f"Section {number}") for number in range(sections)] or [home]
    for number in range(pages):
        made(parents[number % len(parents)], f"Page {number}")
    create_document(
        SYSTEM,
        book.pk,
        parent_id=home.pk,
        title="Long",
        source="\n\n".join(paragraphs)[:TEXT_CHARS],
        publish=True,
    )
    return f"/{slug}/long/"


def fetched(url: str, cookie: str = "") -> bytes:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "br", "Cookie": cookie})
    with urllib.request.urlopen(request) as answer:
        data: bytes = answer.read()
    return data


def signed_in(url: str) -> str:
    """The session cookie of the reader."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(f"{url}/-/sign-in/").read()
    token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
    form = {"email": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token}
    opener.open(f"{url}/-/sign-in/", urllib.parse.urlencode(form).encode()).read()
    return next(f"sessionid={cookie.value}" for cookie in jar if cookie.name == "sessionid")


@contextmanager
def cairn(server: str) -> Iterator[str]:
    port = free_port()
    app = "project.rsgi:application" if server == "rsgi" else "project.asgi:application"
    with serving(command_of(server, port, app), f"http://127.0.0.1:{port}/-/health/", SETTINGS):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def plain_django(server: str = "wsgi") -> Iterator[str]:
    """Django over WSGI, which is its quickest, or over ASGI by "uvicorn"."""
    port = free_port()
    command = command_of(server, port, f"bench.site.plain:{'wsgi' if server == 'wsgi' else 'asgi'}")
    with serving(command, f"http://127.0.0.1:{port}/-/health/", DJANGOS):
        yield f"http://127.0.0.1:{port}"


def median(loads: list[Load]) -> float:
    return statistics.median(each.per_s for each in loads)


@bench(
    "pages.cached_vs_nginx_granian",
    "pages.cached_vs_nginx_rsgi",
    "pages.cached_vs_nginx_uvicorn",
    "pages.cached_vs_django_cache_page",
    "pages.cached_vs_django_cache_page_wsgi",
    "pages.cached_p99_ms",
    "pages.cached_per_s_granian",
    "pages.cached_per_s_rsgi",
    "pages.cached_per_s_uvicorn",
)
def cached() -> Iterator[Figure]:
    with own_database():
        path = furnish()
        with ExitStack() as stack:
            urls = {server: stack.enter_context(cairn(server)) + path for server in AIMS}
            body = fetched(urls["granian"])
            urls["nginx"] = stack.enter_context(nginx(body))
            for server in ("uvicorn", "wsgi"):
                django = stack.enter_context(plain_django(server))
                urls[f"django {server}"] = f"{django}/-/bench/cached/{PAGE_BYTES}/"
            for url in urls.values():
                fetched(url)
            runs = {name: [load(url) for _ in range(RUNS)] for name, url in urls.items()}
    rate = {name: median(loads) for name, loads in runs.items()}
    beside = f"nginx {rate['nginx']:,.0f}/s with the same {len(body)} bytes"
    for server, aim in AIMS.items():
        ratio = rate[server] / rate["nginx"]
        yield Figure(f"pages.cached_vs_nginx_{server}", ratio, "times", beside, least=aim)
        yield Figure(f"pages.cached_per_s_{server}", rate[server], "pages/s")
    for name, server, least in (("", "uvicorn", 40), ("_wsgi", "wsgi", None)):
        theirs = rate[f"django {server}"]
        ratio = rate["granian"] / theirs
        beside = f"{theirs:.0f}/s over {'ASGI by uvicorn' if server == 'uvicorn' else 'WSGI by granian'}"
        yield Figure(f"pages.cached_vs_django_cache_page{name}", ratio, "times", beside, least=least)
    p99 = statistics.median(each.p99_ms for each in runs["granian"])
    yield Figure("pages.cached_p99_ms", p99, "ms", "64 connections, granian", most=20)


@bench("pages.gated_vs_public")
def gated() -> Iterator[Figure]:
    with own_database():
        paths = furnish(), furnish("private", is_public=False)
        with cairn("granian") as site:
            given = {"Cookie": signed_in(site)}
            for path in paths:
                fetched(site + path, given["Cookie"])
            public, private = (
                median([load(site + path, headers=given) for _ in range(RUNS)]) for path in paths
            )
    yield Figure("pages.gated_vs_public", private / public, "times", f"public {public:,.0f}/s", least=0.5)


@bench("pages.uncached_vs_django")
def uncached() -> Iterator[Figure]:
    """Each request is of an address never asked before: a miss, rendered from the database."""
    with own_database():
        furnish(pages=200)
        with cairn("granian") as site, plain_django() as django:
            urls = (f"{site}/{SLUG}/-/rows/", f"{django}/-/bench/plain/")
            for url in urls:
                fetched(url)
            ours, theirs = (median([load(url, unique=True) for _ in range(RUNS)]) for url in urls)
    yield Figure(
        "pages.uncached_vs_django", ours / theirs, "times", f"{ours:.0f}/s beside {theirs:.0f}/s", least=6
    )
