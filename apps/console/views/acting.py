"""Renewing, dropping and warming by hand: one page, a tag, a subtree, a handbook."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from apps.accounts.formview import REFUSED, form_view
from apps.accounts.personal import personal
from apps.caching.tags import ROOT
from apps.events.actions import RefusedError
from apps.rendering.models import CachedPage

from ..rooms import Keeper, keeper
from ..wishes import FATE, FATE_HELP, Wish, WishForm, fulfil, tag_of


@dataclass(frozen=True)
class Question:
    """What is asked before much is done."""

    action: str
    cancel_url: str
    fate: str
    label: str
    help: str
    pages: int
    handbooks: int


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """A form; what concerns the whole handbook asks first."""
    who = keeper(request, slug)
    if request.method != "POST":
        given = {name: request.GET[name] for name in ("which", "value", "fate") if name in request.GET}
        return _form(request, who, WishForm(initial=given))
    form = WishForm(request.POST)
    if not form.is_valid():
        return _form(request, who, form)
    values = form.cleaned_data
    try:
        tag = tag_of(who.handbook, values["which"], values["value"])
        if tag == ROOT and request.POST.get("confirmed") != "yes":
            return _ask(request, who, values["fate"])
        operation = fulfil(who.actor, Wish(who.handbook.id, tag, values["fate"]))
    except RefusedError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _form(request, who, form)
    return redirect("console:progress", slug=slug, operation=operation)


def _form(request: HttpRequest, who: Keeper, form: WishForm) -> HttpResponse:
    return personal(
        request,
        "console/act.html",
        REFUSED if form.is_bound else 200,
        handbook=who.handbook,
        rooms=who.rooms,
        form=form_view(form, who.rooms.act_url),
    )


def _ask(request: HttpRequest, who: Keeper, fate: str) -> HttpResponse:
    pages = CachedPage.objects.filter(handbook_id=who.handbook.id).count()
    return personal(
        request,
        "console/confirm.html",
        handbook=who.handbook,
        rooms=who.rooms,
        question=question(who.rooms.act_url, who.rooms.pages_url, fate, pages),
    )


def question(action: str, cancel_url: str, fate: str, pages: int, handbooks: int = 1) -> Question:
    return Question(action, cancel_url, fate, str(FATE[fate]), str(FATE_HELP[fate]), pages, handbooks)
