"""Making an account: at once where mails cannot be sent, else by a link that proves the address."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import create_person, note_sign_in
from ..addresses import client_address
from ..conf import conf
from ..forms import NewPasswordForm, SignUpByMailForm, SignUpForm
from ..formview import REFUSED, accepted, form_view
from ..languages import spoken
from ..mailing import mailbox_is_full, post, sign_up_mail
from ..models import User, normal_email
from ..personal import personal
from ..sign_ins import begin_session
from ..sign_up_links import Wanted, token_of, wanted_of
from ..throttles import Throttle
from ..waiting import must_wait, wait_text
from .signing import safe, signing_page, wanted


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """By mail the answer is the same, and takes the same time, whether or not the address has an
    account: the mail tells."""
    kind = SignUpByMailForm if settings.SIGN_UP_BY_MAIL else SignUpForm
    form = kind(request.POST) if request.method == "POST" else kind(initial=wanted(request))
    wait = 0
    if form.is_bound and form.is_valid():
        wait = Throttle("sign-up", conf.sign_ups_an_hour, 3600).count(client_address(request))
        if wait:
            form.add_error(None, wait_text(wait))
        elif settings.SIGN_UP_BY_MAIL:
            _send_link(request, Wanted(**form.cleaned_data))
            return redirect("accounts:sign_up_sent")
        elif accepted(form, partial(_enter, request), "email", "name", "password"):
            return redirect(safe(request, form.cleaned_data["next"]))
    action, by_mail = reverse("accounts:sign_up"), settings.SIGN_UP_BY_MAIL
    response = signing_page(request, "accounts/sign_up.html", form, action, by_mail=by_mail)
    return must_wait(response, wait) if wait else response


@require_safe
def sign_up_sent(request: HttpRequest) -> HttpResponse:
    return personal(request, "accounts/sign_up_sent.html")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail. It works once: until there is an account with its address."""
    asked = wanted_of(token)
    if asked is None or User.objects.filter(email=asked.email).exists():
        return personal(request, "accounts/sign_up_confirm.html", 410, asked=None, form=None)
    person = User(email=asked.email, name=asked.name)
    form = NewPasswordForm(person, request.POST if request.method == "POST" else None)
    enter = partial(_enter, request, asked.email, asked.name)
    if form.is_bound and accepted(form, enter, "password"):
        return redirect(safe(request, asked.next))
    view = form_view(form, request.path)
    status = REFUSED if form.is_bound else 200
    return personal(request, "accounts/sign_up_confirm.html", status, asked=asked, form=view)


def _enter(request: HttpRequest, email: str, name: str, password: str) -> None:
    person = create_person(email=email, name=name, password=password, first_language=spoken())
    begin_session(request, note_sign_in(person.pk))


def _send_link(request: HttpRequest, asked: Wanted) -> None:
    asked = Wanted(normal_email(asked.email), asked.name, asked.next)
    person = User.objects.filter(email=asked.email).first()
    full = mailbox_is_full(asked.email)
    post(partial(_mail, asked, person, request.build_absolute_uri("/").removesuffix("/"), full=full))


def _mail(asked: Wanted, person: User | None, root_url: str, *, full: bool) -> EmailMessage | None:
    if full:
        return None
    path = reverse("accounts:sign_up_confirm", kwargs={"token": token_of(asked)})
    urls = {"sign_in_url": reverse("accounts:sign_in"), "reset_url": reverse("accounts:password_reset")}
    urls = {name: root_url + address for name, address in ({"confirm_url": path} | urls).items()}
    return sign_up_mail(asked.email, asked.name, is_taken=person is not None, **urls)
