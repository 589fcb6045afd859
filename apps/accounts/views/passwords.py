"""Changing a password, and getting a new one by mail."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import change_password
from ..addresses import client_address
from ..conf import conf
from ..forms import NewPasswordForm, PasswordChangeForm, PasswordResetForm
from ..formview import REFUSED, accepted, form_view
from ..languages import spoken
from ..mailing import mailbox_is_full, post, reset_mail
from ..models import User, normal_email
from ..people import Actor
from ..personal import personal, signed_in
from ..sign_in_throttle import forgive
from ..sign_ins import move_session
from ..throttles import Throttle
from ..waiting import must_wait, wait_text


@login_required
@sensitive_post_parameters("old_password", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """This session stays, all others of the person end. Whoever found it open may not guess for long."""
    person, action = signed_in(request), reverse("accounts:password_change")
    tries = Throttle("password-change", conf.sign_in_tries, 60 * conf.sign_in_wait_minutes)
    if request.method == "POST" and (wait := tries.wait_s(person.pk)):
        view = replace(form_view(PasswordChangeForm(person), action), errors=(wait_text(wait),))
        return must_wait(personal(request, "accounts/password_change.html", form=view), wait)
    form = PasswordChangeForm(person, request.POST if request.method == "POST" else None)

    def change(password: str) -> None:
        changed = change_password(Actor(person.pk), person.pk, password=password, replaces=person.password)
        before = request.session.session_key
        update_session_auth_hash(request, changed)
        move_session(before, request.session.session_key)

    if form.is_bound and accepted(form, change, "password"):
        return redirect("accounts:password_change_done")
    if form.has_error("old_password", form.wrong):
        tries.count(person.pk)
    view = form_view(form, action)
    return personal(request, "accounts/password_change.html", REFUSED if form.is_bound else 200, form=view)


@login_required
@require_safe
def password_change_done(request: HttpRequest) -> HttpResponse:
    return personal(request, "accounts/password_change_done.html")


@require_http_methods(["GET", "HEAD", "POST"])
def password_reset(request: HttpRequest) -> HttpResponse:
    """The answer is the same, and takes the same time, whether or not the address has an account."""
    form = PasswordResetForm(request.POST if request.method == "POST" else None)
    wait = 0
    if form.is_bound and form.is_valid():
        wait = Throttle("reset", conf.resets_an_hour, 3600).count(client_address(request))
        if not wait:
            _send_link(request, normal_email(form.cleaned_data["email"]))
            return redirect("accounts:password_reset_done")
        form.add_error(None, wait_text(wait))
    view = form_view(form, reverse("accounts:password_reset"))
    status = REFUSED if form.is_bound else 200
    response = personal(request, "accounts/password_reset.html", status, form=view)
    return must_wait(response, wait) if wait else response


def _send_link(request: HttpRequest, email: str) -> None:
    person = User.objects.filter(email=email, is_active=True).first()
    full = mailbox_is_full(email)
    post(partial(_reset_mail, None if full else person, request.build_absolute_uri("/")))


def _reset_mail(person: User | None, root_url: str) -> EmailMessage | None:
    if person is None or not person.has_usable_password():
        return None
    token = default_token_generator.make_token(person)
    path = reverse("accounts:password_reset_confirm", kwargs={"person_id": person.pk, "token": token})
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    with translation.override(person.language or spoken()):
        return reset_mail(person, root_url.removesuffix("/") + path, hours)


@require_safe
def password_reset_done(request: HttpRequest) -> HttpResponse:
    return personal(request, "accounts/password_reset_done.html")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset_confirm(request: HttpRequest, person_id: UUID, token: str) -> HttpResponse:
    """The link of the mail. It works once: it holds only as long as the password is the old one."""
    person = User.objects.filter(pk=person_id, is_active=True).first()
    valid = person is not None and default_token_generator.check_token(person, token)
    form = NewPasswordForm(person or User(), request.POST if request.method == "POST" and valid else None)
    if valid and person and form.is_bound:
        change = partial(change_password, Actor(person.pk), person.pk, replaces=person.password)
        if accepted(form, change, "password"):
            forgive(person.email)
            return redirect("accounts:password_reset_complete")
    return personal(
        request,
        "accounts/password_reset_confirm.html",
        200 if valid and not form.is_bound else REFUSED if valid else 410,
        valid=valid,
        form=form_view(form, request.path),
        reset_url=reverse("accounts:password_reset"),
    )


@require_safe
def password_reset_complete(request: HttpRequest) -> HttpResponse:
    return personal(request, "accounts/password_reset_complete.html")
