"""Pages and fragments for one person: rendered for each request, stored by nobody between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import translation
from django.utils.html import format_html

from .languages import remember
from .models import User
from .sign_ins import note_seen
from .site import site


@dataclass(frozen=True)
class Message:
    level: str
    text: str


def signed_in(request: HttpRequest) -> User:
    """Who asks, behind `login_required`."""
    return cast(User, request.user)


def person_of(request: HttpRequest) -> User | None:
    """Who asks; None for a visitor."""
    return signed_in(request) if request.user.is_authenticated else None


def personal(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page, with a CSRF field for its forms and the messages that wait for the person."""
    shown = tuple(Message(m.level_tag, str(m)) for m in messages.get_messages(request))
    return personal_fragment(request, template, status, messages=shown, **context)


def personal_fragment(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """A part of a page, with a CSRF field. It leaves messages for the next page or bar."""
    note_seen(request)
    person = person_of(request)
    chosen = person.language if person else ""
    if chosen:  # perhaps on another device, so that this browser does not know it yet
        translation.activate(chosen)
    field = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
    response = render(request, template, {"site": site(), "csrf_input": field, **context}, status=status)
    response["Cache-Control"] = "private, no-store"
    if chosen:
        remember(request, response, chosen)
    return response
