"""What every template is told of the site."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils import translation


@dataclass(frozen=True)
class Site:
    name: str
    home_url: str
    sign_in_url: str
    sign_up_url: str
    account_url: str
    bar_url: str
    jump_url: str
    language_url: str
    language: str
    direction: str


def site() -> Site:
    """In the language that is active."""
    return _site(translation.get_language() or "en", translation.get_language_bidi())


@cache
def _site(language: str, is_bidi: bool) -> Site:
    return Site(
        name="Cairn",
        home_url="/",
        sign_in_url=reverse("accounts:sign_in"),
        sign_up_url=reverse("accounts:sign_up"),
        account_url=reverse("accounts:account"),
        bar_url=reverse("accounts:bar"),
        jump_url=reverse(settings.JUMP_URL),
        language_url=reverse("accounts:language"),
        language=language,
        direction="rtl" if is_bidi else "ltr",
    )
