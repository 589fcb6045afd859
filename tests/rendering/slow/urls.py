"""Slow pages: each part waits until the test opens its gate, `/-/slow/open/<name>/`.

`/-/slow/?parts=a,b` is a personal page, `/<handbook>/-/slow/?parts=a,b` a shared one. What a part does is
said by its name: with `fail` it raises, with `late` or `slow` it has next to no time, with `query` it asks a
question without an end, with `then` it asks the database once its gate is open.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from functools import partial
from threading import Barrier, Event

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import path

from apps.documents.selectors.handbook import handbook_view
from apps.rendering import parts as engine
from apps.rendering.books import Book
from apps.rendering.conf import conf
from apps.rendering.pages import Render, page
from apps.rendering.parts import Part
from apps.rendering.streaming import stream
from project import urls as site_urls

WAIT_S = 30
ENDLESS = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
}

gates: defaultdict[str, Event] = defaultdict(Event)
begun: defaultdict[str, Event] = defaultdict(Event)
ended: defaultdict[str, Event] = defaultdict(Event)
outcomes: dict[str, str] = {}


def load(name: str) -> dict[str, str]:
    begun[name].set()
    try:
        text = _work(name)
    except BaseException as error:
        outcomes[name] = type(error).__name__
        raise
    else:
        outcomes[name] = "done"
        return {"name": name, "text": text}
    finally:
        ended[name].set()


def _work(name: str) -> str:
    if "query" in name:
        with connection.cursor() as cursor:
            cursor.execute(ENDLESS[connection.vendor])
            cursor.fetchall()
    if not gates[name].wait(WAIT_S):
        raise AssertionError(f"nobody opened {name}")
    if "fail" in name:
        raise ValueError("as the test wants it")
    if "then" in name:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    return f"<{name}> is here"


def parts_of(names: str) -> tuple[Part, ...]:
    return tuple(
        Part(
            name,
            partial(load, name),
            "slow_part.html",
            title=f"Title of {name}",
            timeout_s=0.05 if "late" in name or "slow" in name else WAIT_S,
        )
        for name in names.split(",")
    )


async def personal(request: HttpRequest) -> HttpResponseBase:
    parts = parts_of(request.GET["parts"])
    return stream(request, "slow.html", parts, names=[part.name for part in parts])


@page(fresh_for=timedelta(hours=1), query=("parts",))
def shared(book: Book, parts: str = "") -> Render:
    made = parts_of(parts)
    context = {"handbook": handbook_view(book), "names": [part.name for part in made]}
    return Render("slow.html", context, later=made)


def open_gate(request: HttpRequest, name: str) -> HttpResponse:
    gates[name].set()
    return HttpResponse()


def close_gate(request: HttpRequest, name: str) -> HttpResponse:
    for events in (gates, begun, ended):
        events[name].clear()
    return HttpResponse()


def has_begun(request: HttpRequest, name: str) -> JsonResponse:
    return JsonResponse({"begun": begun[name].wait(WAIT_S)})


def outcome(request: HttpRequest, name: str) -> JsonResponse:
    """How a part ended, once it has."""
    return JsonResponse({"outcome": outcomes[name] if ended[name].wait(WAIT_S) else "still there"})


def threads(request: HttpRequest) -> JsonResponse:
    """How many threads of parts are free, and how many of them hold a connection."""
    together = Barrier(conf.part_threads)

    def look() -> bool:
        together.wait(WAIT_S)
        return connection.connection is not None

    holding = [future.result() for future in [engine.threads.submit(look) for _ in range(conf.part_threads)]]
    return JsonResponse({"free": len(holding), "connections": sum(holding)})


urlpatterns = [
    path("-/slow/", personal),
    path("-/slow/threads/", threads),
    path("-/slow/open/<str:name>/", open_gate),
    path("-/slow/close/<str:name>/", close_gate),
    path("-/slow/begun/<str:name>/", has_begun),
    path("-/slow/outcome/<str:name>/", outcome),
    path("<slug:handbook>/-/slow/", shared),
    *site_urls.urlpatterns,
]
handler404, handler403, handler500 = site_urls.handler404, site_urls.handler403, site_urls.handler500
