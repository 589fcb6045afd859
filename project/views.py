"""What belongs to no room: health, and the pages for errors."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from apps.accounts.site import site
from apps.events import following
from apps.events.models import Event, Parked


def health(_request: HttpRequest) -> JsonResponse:
    """For load balancers and operators. Asks the database, so it fails when that does."""
    return JsonResponse(
        {
            "status": "ok",
            "following": following.is_following(),
            "heard": following.events_heard(),
            "unapplied": Event.objects.filter(applied=False).count(),
            "parked": Parked.objects.count(),
        }
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", {"site": site(), "search_url": None}, status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Whoever is not signed in is asked to: they may have the right. What was sent by POST is not thrown
    away by that: the way back leads to the filled form."""
    if not request.user.is_authenticated and request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    return _forbidden(request)


def csrf_failure(request: HttpRequest, reason: str) -> HttpResponse:
    """A form from elsewhere, or one whose token is old. The reason is for logs."""
    return _forbidden(request)


def _forbidden(request: HttpRequest) -> HttpResponse:
    return render(request, "403.html", {"site": site(), "search_url": None}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
