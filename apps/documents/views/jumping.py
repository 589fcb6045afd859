"""The quick switcher, and completing links in the editor. What somebody may find is decided each time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.people import actor_of
from apps.tenants.permissions import Right

from ..selectors.completing import completions
from ..selectors.jump import JumpPage, jump_anywhere, jump_here
from .access import Entry, enter, personal, personal_fragment


@require_safe
def jump(request: HttpRequest, handbook: str) -> HttpResponse:
    """The switcher as a page, for those whose browser does not open it."""
    entry = enter(request, handbook, Right.READ)
    shown = _here(request, entry)
    return personal(
        request, "documents/jump.html", handbook=entry.handbook, jump=shown, action=entry.handbook.jump_url
    )


@require_safe
def jump_list(request: HttpRequest, handbook: str) -> HttpResponse:
    """Fragment: what is found, as options of a list box."""
    entry = enter(request, handbook, Right.READ)
    return personal_fragment(request, "documents/jump_list.html", jump=_here(request, entry))


@require_safe
def jump_site(request: HttpRequest) -> HttpResponse:
    action = reverse("documents:jump_site")
    return personal(request, "documents/jump.html", jump=_anywhere(request), action=action)


@require_safe
def jump_site_list(request: HttpRequest) -> HttpResponse:
    """Fragment."""
    return personal_fragment(request, "documents/jump_list.html", jump=_anywhere(request))


@require_safe
def complete(request: HttpRequest, handbook: str) -> HttpResponse:
    """Fragment: links that an editor may have begun to write, as options of a list box."""
    entry = enter(request, handbook, Right.EDIT)
    found = completions(entry.handbook, request.GET.get("q", ""))
    return personal_fragment(request, "documents/complete.html", completions=found)


def _here(request: HttpRequest, entry: Entry) -> JumpPage:
    return jump_here(entry.actor, entry.handbook, entry.right, request.GET.get("q", ""))


def _anywhere(request: HttpRequest) -> JumpPage:
    return jump_anywhere(actor_of(request.user), request.GET.get("q", ""))
