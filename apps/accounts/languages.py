"""Which language people are spoken to in: the one they chose, else their browser's.

A choice stands on the person's row, so it holds on every device, and in Django's language cookie, where the
middleware finds it without a query; of a visitor in the cookie alone. Shared pages speak the language of
their handbook, whoever reads them.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from .models import User


def spoken() -> str:
    """The language of this request, one of LANGUAGES."""
    language = translation.get_language()
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def language_of(person: User) -> str:
    """For what no request of theirs led to."""
    return person.language or person.first_language or settings.LANGUAGE_CODE


def chosen_by(request: HttpRequest) -> str:
    """What the cookie says; '' for nothing, or a language that Cairn does not speak."""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return language if language in dict(settings.LANGUAGES) else ""


def remember(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """Make the cookie say it; '' takes the cookie away."""
    name = settings.LANGUAGE_COOKIE_NAME
    if not language:
        response.delete_cookie(name, samesite="Lax")
    elif chosen_by(request) != language:
        response.set_cookie(
            name,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
