"""Choosing a language, for people and for visitors."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..actions import choose_language
from ..forms import LanguageForm
from ..formview import REFUSED, accepted, form_view
from ..languages import chosen_by, remember
from ..people import Actor
from ..personal import person_of, personal


@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    now = person.language if person else chosen_by(request)
    form = LanguageForm(request.POST if request.method == "POST" else None, initial={"language": now})
    act = partial(choose_language, Actor(person.pk), person.pk) if person else lambda language: None
    if form.is_bound and accepted(form, act):
        return _chosen(request, form.cleaned_data["language"])
    return personal(
        request,
        "accounts/language.html",
        REFUSED if form.is_bound else 200,
        form=form_view(form, reverse("accounts:language")),
    )


def _chosen(request: HttpRequest, language: str) -> HttpResponse:
    response = redirect("accounts:language")
    with translation.override(language or translation.get_language_from_request(request)):
        messages.success(request, _("Saved."))
    remember(request, response, language)
    return response
