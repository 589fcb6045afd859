"""The way in: which handbook an address names, and whether this person may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.html import format_html

from apps.accounts.people import Actor, actor_of
from apps.accounts.site import site
from apps.tenants.models import Handbook
from apps.tenants.permissions import NotFoundError, Right, require

from ..selectors.handbook import HandbookView, handbook_view


@dataclass(frozen=True)
class Entry:
    """A person inside a handbook, with the right that was asked for."""

    actor: Actor
    handbook: HandbookView


def enter(request: HttpRequest, handbook_slug: str, right: Right) -> Entry:
    """Raises NotFoundError where the person may not know of the handbook, ForbiddenError where the
    right is missing."""
    actor = actor_of(request.user)
    handbook = Handbook.objects.filter(slug=handbook_slug).first()
    if handbook is None:
        raise NotFoundError
    require(actor, handbook.pk, right)
    return Entry(actor, handbook_view(handbook))


@dataclass(frozen=True)
class Message:
    level: str
    text: str


def personal(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page for one person: never stored by anything between, with a CSRF field for its forms."""
    field = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
    shown = tuple(Message(m.level_tag, str(m)) for m in messages.get_messages(request))
    context = {"site": site(), "csrf_input": field, "messages": shown, **context}
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
