"""Recent changes of a handbook: a shared page keyed by its cursor."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_safe

from ..selectors.changes import changes_page
from .reading import reader_enters, shared

POSITION_DIGITS = 18


@require_safe
def changes(request: HttpRequest, handbook: str) -> HttpResponseBase:
    """`?before=` and `?after=` are positions in the handbook's log; what is no position is passed over."""
    book = reader_enters(request, handbook)
    with translation.override(book.language):
        view = changes_page(book, before=_position(request, "before"), after=_position(request, "after"))
    return shared(
        request,
        book,
        "documents/changes.html",
        days=view.days,
        newer_url=view.newer_url,
        older_url=view.older_url,
    )


def _position(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= POSITION_DIGITS else None
