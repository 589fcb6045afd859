"""What is an e-mail address here."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from apps.events.actions import RefusedError

from .models import EMAIL_MAX, normal_email


def checked_email(text: str) -> str:
    """As it is kept. Raises RefusedError for what is none."""
    email = normal_email(text)
    try:
        validate_email(email)
    except ValidationError as error:
        raise RefusedError(_("“%s” is not an e-mail address.") % email, "email") from error
    if len(email) > EMAIL_MAX:
        raise RefusedError(_("An address has at most %(max)d characters.") % {"max": EMAIL_MAX}, "email")
    return email
