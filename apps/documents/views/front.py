"""The front page: what is open to everybody, and beside it, fetched after it, what is yours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.views.decorators.http import require_safe

from apps.accounts.languages import spoken
from apps.accounts.people import actor_of
from apps.accounts.personal import person_of, personal_fragment
from apps.accounts.site import site

from ..selectors.front import cards_of, public_cards


@require_safe
def front(request: HttpRequest) -> HttpResponseBase:
    """The same bytes for everybody who is spoken to in one language."""
    context = {
        "site": site(),
        "handbooks": public_cards(),
        "yours_url": reverse("documents:yours"),
        "new_url": reverse("documents:new_handbook"),
    }
    response = render(request, "tenants/front.html", context)
    response["Cache-Control"] = "no-cache"
    response["Content-Language"] = spoken()
    patch_vary_headers(response, ("Accept-Language", "Cookie"))  # of all cookies, the one of the language
    set_response_etag(response)
    return get_conditional_response(request, response["ETag"], None, response) or response


@require_safe
def yours(request: HttpRequest) -> HttpResponse:
    """Fragment: the handbooks of this person; of a visitor nothing."""
    person = person_of(request)
    return personal_fragment(
        request,
        "tenants/yours.html",
        name=str(person) if person else None,
        handbooks=cards_of(actor_of(person)) if person else (),
        new_url=reverse("documents:new_handbook") if person else None,
    )
