"""How far an operation of one handbook is."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.personal import personal, personal_fragment

from ..operations import operation_of
from ..rooms import keeper


@require_safe
def progress(request: HttpRequest, slug: str, operation: UUID) -> HttpResponse:
    who = keeper(request, slug)
    return personal(
        request,
        "console/progress.html",
        handbook=who.handbook,
        rooms=who.rooms,
        operation=operation_of([who.handbook.id], operation),
        now_url=reverse("console:progress_now", kwargs={"slug": slug, "operation": operation}),
        here_url=request.path,
        back_url=who.rooms.pages_url,
    )


@require_safe
def now(request: HttpRequest, slug: str, operation: UUID) -> HttpResponse:
    """Fragment: the part of it that changes."""
    who = keeper(request, slug)
    found = operation_of([who.handbook.id], operation)
    return personal_fragment(request, "console/now.html", operation=found)
