"""Cairn's addresses and two pages of 200 rows: one as Cairn makes pages, one as a plain Django view."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import cache_page

from apps.caching.process import memory
from apps.documents.models import Document
from apps.documents.selectors.links import readable
from apps.queries.projections import projection, select
from apps.rendering.books import Book
from apps.rendering.pages import Render, page
from project import urls

ROWS = 200
handler404, handler403, handler500 = urls.handler404, urls.handler403, urls.handler500


@projection(Document, stream="handbook_id", where=readable())
class Row:
    id: object
    title: str
    path: str
    updated_at: object


@page(fresh_for=timedelta(hours=1), query=("n",))
def rows(book: Book, n: str = "") -> Render:
    found = select(Row, book.id, order=("path",), most=ROWS)
    return Render("bench_rows.jinja", {"rows": found, "n": n})


def plain(request: HttpRequest) -> HttpResponse:
    found = Document.objects.filter(readable()).order_by("path")[:ROWS]
    return render(request, "bench_rows.html", {"rows": found, "n": request.GET.get("n", "")})


@cache_page(3600)
def cached(_request: HttpRequest, size: int) -> HttpResponse:
    return HttpResponse("x" * size)


def kept(_request: HttpRequest) -> HttpResponse:
    """What this process's memory for pages holds."""
    return JsonResponse({"bytes": memory.bytes, "entries": len(memory), "evicted": memory.evicted})


urlpatterns = [
    path("-/bench/memory/", kept),
    path("<slug:handbook>/-/rows/", rows),
    path("-/bench/plain/", plain),
    path("-/bench/cached/<int:size>/", cached),
    *urls.urlpatterns,
]
