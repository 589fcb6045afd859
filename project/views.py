"""What belongs to no room: health, and the pages for errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from apps.accounts.personal import person_of
from apps.accounts.site import site
from apps.caching.models import Purge
from apps.caching.sizes import too_large
from apps.events import following
from apps.events.models import Event, Parked
from apps.store.process import store
from apps.tenants.actions import SLUG
from apps.tenants.models import Handbook


def health(_request: HttpRequest) -> JsonResponse:
    """For load balancers and operators. Asks the database, so it fails when that does."""
    return JsonResponse(
        {
            "status": "ok",
            "following": following.is_following(),
            "heard": following.events_heard(),
            "unapplied": Event.objects.filter(applied=False).count(),
            "parked": Parked.objects.count(),
            "purges": Purge.objects.count(),
            "too_large": dict(too_large),
            "redis": dict(store.counts) if store else {},
        }
    )


WRITTEN = ("source", "note", "reason")  # fields in which people write at length
type ErrorView = Callable[[HttpRequest, Exception | None], HttpResponse]


def lets_go(view: ErrorView) -> ErrorView:
    """Under ASGI Django calls error views on threads of their own, whose connections nobody closes at the
    end of a request: kept, they would use up the pool."""

    @wraps(view)
    def closing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        try:
            return view(request, exception)
        finally:
            if not connection.in_atomic_block:
                close_old_connections()

    return closing


def typed(request: HttpRequest) -> str:
    """The text that was sent and cannot be saved: it is shown again, for whoever sent it to
    copy. A session may end, a right may be taken away, while somebody writes."""
    if request.method != "POST":
        return ""
    return next((request.POST[name] for name in WRITTEN if request.POST.get(name)), "")


@lets_go
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """One page for what is not there and what one may not know of; it offers to search a public handbook."""
    slug = request.path_info.removeprefix("/").partition("/")[0]
    known = SLUG.fullmatch(slug) and Handbook.objects.filter(slug=slug, is_public=True).exists()
    search_url = reverse("documents:search", kwargs={"handbook": slug}) if known else None
    return _told(request, "404.html", 404, search_url=search_url)


@lets_go
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Whoever is not signed in is asked to: they may have the right. What was sent by POST is not thrown
    away by that: the way back leads to the filled form."""
    if not request.user.is_authenticated and request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    # Somebody without any right in a handbook gets `not_found`: whoever comes here may read it.
    match = request.resolver_match
    slug = match.kwargs.get("handbook") if match else None
    book_url = reverse("documents:page", kwargs={"handbook": slug, "path": ""}) if slug else None
    return _told(request, "403.html", 403, book_url=book_url)


def _told(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    """In the language that the person chose. Without a form, so without a token: the bytes are the same for
    what is private and for what never was."""
    person = person_of(request)
    if person and person.language:
        translation.activate(person.language)
    shown = {"site": site(), "typed": typed(request), "may_sign_in": person is None, **context}
    response = render(request, template, shown, status=status)
    if person:
        response["Cache-Control"] = "private, no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str) -> HttpResponse:
    """A form from elsewhere, or one whose token is old. The reason is for logs."""
    return render(
        request, "csrf.html", {"site": site(), "typed": typed(request), "may_sign_in": True}, status=403
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
