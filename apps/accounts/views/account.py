"""A person's own page, and their corner of the top bar."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import rename_person
from ..bar import initials, person_bar
from ..forms import AccountForm
from ..formview import accepted, form_view
from ..people import Actor
from ..personal import person_of, personal, signed_in
from .signing import REFUSED


@dataclass(frozen=True)
class Person:
    name: str
    initials: str
    email: str


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """What rooms above show here is named by the setting ACCOUNT_PAGE: a function from the actor to
    more of the template's context."""
    user = signed_in(request)
    actor = Actor(user.pk, user.is_staff)
    form = AccountForm(request.POST if request.method == "POST" else None, initial={"name": user.name})
    if form.is_bound and accepted(form, partial(rename_person, actor, user.pk)):
        messages.success(request, _("Saved."))
        return redirect("accounts:account")
    return personal(
        request,
        "accounts/account.html",
        REFUSED if form.is_bound else 200,
        form=form_view(form, reverse("accounts:account")),
        person=Person(str(user), initials(str(user)), user.email),
        password_change_url=reverse("accounts:password_change"),
        sign_out_url=reverse("accounts:sign_out"),
        **import_string(settings.ACCOUNT_PAGE)(actor),
    )


@require_safe
def bar(request: HttpRequest) -> HttpResponse:
    """Fragment."""
    return personal(request, "accounts/bar.html", bar=person_bar(person_of(request)))
