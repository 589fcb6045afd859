"""A person's own page, and their corner of the top bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..actions import end_sessions, rename_person
from ..bar import initials, person_bar
from ..forms import AccountForm
from ..formview import REFUSED, accepted, form_view
from ..people import Actor
from ..personal import person_of, personal, signed_in
from ..sign_ins import OpenSession, open_sessions


@dataclass(frozen=True)
class Person:
    name: str
    initials: str
    email: str


@dataclass(frozen=True)
class SessionRow:
    """`end_url` is None for the session that asks: it has a way out already."""

    device: str
    begun_at: datetime
    seen_at: datetime
    end_url: str | None


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
        sessions=tuple(_row(each) for each in open_sessions(user, request.session.session_key)),
        end_others_url=reverse("accounts:end_other_sessions"),
        **import_string(settings.ACCOUNT_PAGE)(actor),
    )


@login_required
@require_POST
def end_session(request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
    """Of this person alone; one that has ended is as one that never was."""
    person = signed_in(request)
    end_sessions(Actor(person.pk), person.pk, ids=[sign_in_id], but=request.session.session_key)
    messages.success(request, _("Signed out there."))
    return redirect("accounts:account")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    end_sessions(Actor(person.pk), person.pk, but=request.session.session_key)
    messages.success(request, _("Signed out everywhere but here."))
    return redirect("accounts:account")


def _row(session: OpenSession) -> SessionRow:
    return SessionRow(
        device=_device(session.browser, session.system),
        begun_at=session.begun_at,
        seen_at=session.seen_at,
        end_url=None
        if session.is_this
        else reverse("accounts:end_session", kwargs={"sign_in_id": session.id}),
    )


def _device(browser: str, system: str) -> str:
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A program")


@require_safe
def bar(request: HttpRequest) -> HttpResponse:
    """Fragment."""
    return personal(request, "accounts/bar.html", bar=person_bar(person_of(request)))
