"""Search of a handbook: a shared page keyed by its query."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from ..selectors.search import search_page
from .reading import reader_enters, shared


@require_safe
def search(request: HttpRequest, handbook: str) -> HttpResponseBase:
    book = reader_enters(request, handbook)
    number = request.GET.get("page", "1")
    found = search_page(
        book, request.GET.get("q", ""), int(number) if number.isdecimal() and len(number) < 6 else 1
    )
    return shared(
        request,
        book,
        "documents/search.html",
        query=found.query,
        total=found.total,
        results=found.results,
        newer_url=found.newer_url,
        older_url=found.older_url,
    )
