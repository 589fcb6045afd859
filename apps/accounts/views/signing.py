"""Signing in and out."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from django.contrib.auth import authenticate, logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import note_sign_in, note_sign_out
from ..forms import NEXT_MAX, SignInForm
from ..formview import REFUSED, form_view
from ..languages import remember
from ..personal import personal
from ..sign_in_throttle import address_wait_s, wait_s
from ..sign_ins import begin_session
from ..waiting import must_wait, wait_text


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    going_to = wanted(request)["next"] or came_from(request)
    form = SignInForm(request.POST) if request.method == "POST" else SignInForm(initial={"next": going_to})
    wait = 0
    if form.is_bound and form.is_valid():
        email, password = form.cleaned_data["email"], form.cleaned_data["password"]
        wait = address_wait_s(request)
        # Takes as long for an address nobody has: Django hashes the password then, too.
        person = None if wait else authenticate(request, email=email, password=password)
        if person is not None:
            begin_session(request, note_sign_in(person.pk, password=password))
            response = redirect(safe(request, form.cleaned_data["next"]))
            if person.language:
                remember(request, response, person.language)
            return response
        wait = wait or wait_s(request, email)
        form.add_error(
            None, wait_text(wait) if wait else _("The e-mail address or the password is not right.")
        )
    elif not form.is_bound and request.user.is_authenticated:
        return redirect(safe(request, going_to))
    page = signing_page(request, "accounts/sign_in.html", form, reverse("accounts:sign_in"))
    return must_wait(page, wait) if wait else page


@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """A link must not sign anybody out, so GET only asks."""
    if request.user.is_authenticated and request.method != "POST":
        form = form_view(Form(), reverse("accounts:sign_out"))
        return personal(request, "accounts/sign_out.html", form=form)
    if request.user.is_authenticated and request.session.session_key:
        note_sign_out(request.user.pk, request.session.session_key)
    logout(request)
    return redirect("accounts:signed_out")


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    return personal(request, "accounts/signed_out.html")


@require_safe
def staff_sign_in(request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
    """The admin's door leads to ours: one sign-in, one event."""
    address = wanted(request)["next"] or reverse("admin:index")
    if not request.user.is_authenticated:
        return redirect_to_login(address)
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect(safe(request, address))


def signing_page(
    request: HttpRequest, template: str, form: Form, action: str, **context: Any
) -> HttpResponse:
    """A form that leads to where somebody wanted, and to the other ways in."""
    address = str(form["next"].value() or "")
    query = {"next": address} if address else None
    return personal(
        request,
        template,
        REFUSED if form.is_bound else 200,
        form=form_view(form, action),
        sign_in_url=reverse("accounts:sign_in", query=query),
        sign_up_url=reverse("accounts:sign_up", query=query),
        reset_url=reverse("accounts:password_reset"),
        **context,
    )


def wanted(request: HttpRequest) -> dict[str, str]:
    return {"next": request.GET.get("next", "")}


def came_from(request: HttpRequest) -> str:
    """The address here whose link led to signing in, '' for pages that are about it themselves. What says
    "not here" is the same everywhere, so its link cannot name an address."""
    root, referer = request.build_absolute_uri("/"), request.headers.get("Referer", "")
    address = referer.removeprefix(root)
    if address == referer or len(address) >= NEXT_MAX:
        return ""
    try:
        about = resolve("/" + unquote(address.partition("?")[0])).app_name
    except Resolver404:
        about = ""
    return "" if about == "accounts" else f"/{address}"


def safe(request: HttpRequest, address: str) -> str:
    """The address, if it is one of this site; else the front page."""
    is_safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_safe else "/"
