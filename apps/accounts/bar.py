"""The personal corner of the top bar, outside of handbooks."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from .models import User


@dataclass(frozen=True)
class PersonBar:
    """`name` is None for a visitor. `unread`: how many notifications, in words; empty for none."""

    name: str | None
    initials: str
    sign_in_url: str
    sign_up_url: str
    work_url: str
    notifications_url: str
    unread: str
    account_url: str
    sign_out_url: str
    home_url: str


def person_bar(person: User | None) -> PersonBar:
    """What the room above says of notifications is named by the setting BAR_NOTES: a function from a
    person's id to their address and how many are unread."""
    notifications_url, unread = import_string(settings.BAR_NOTES)(person.pk) if person else ("", "")
    return PersonBar(
        name=str(person) if person else None,
        initials=initials(str(person)) if person else "",
        sign_in_url=reverse("accounts:sign_in"),
        sign_up_url=reverse("accounts:sign_up"),
        work_url=reverse(settings.WORK_URL),
        notifications_url=notifications_url,
        unread=unread,
        account_url=reverse("accounts:account"),
        sign_out_url=reverse("accounts:sign_out"),
        home_url="/",
    )


def initials(name: str) -> str:
    """One or two letters: of the first and the last word."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else ""
