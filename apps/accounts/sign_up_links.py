"""Links that prove an address, mailed to whoever wants an account: signed, so nothing is kept of them.

The password is chosen behind the link, so nobody can make an account with somebody else's address and
wait for them to confirm it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core import signing

SALT: Final = "accounts.sign_up"
LIFE: Final = timedelta(days=1)
NEXT_MAX: Final = 200  # characters: a mail does not break the link then


@dataclass(frozen=True)
class Wanted:
    """An account somebody asked for; `next` is where they were going."""

    email: str
    name: str
    next: str


def token_of(wanted: Wanted) -> str:
    going_to = wanted.next if len(wanted.next) <= NEXT_MAX else ""
    return signing.dumps([wanted.email, wanted.name, going_to], salt=SALT, compress=True)


def wanted_of(token: str) -> Wanted | None:
    """None for a token that is none, or too old."""
    try:
        email, name, wanted_next = signing.loads(token, salt=SALT, max_age=LIFE)
    except (signing.BadSignature, ValueError):
        return None
    return Wanted(email, name, wanted_next)
