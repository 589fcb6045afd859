"""Mails, sent by one thread beside the requests.

An answer neither waits for the mail server nor tells by its time whether there was anything to send.
What cannot be sent is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from email import policy as policies
from email.policy import Policy
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from .conf import conf
from .models import User
from .site import site
from .throttles import Throttle

LINE_MAX = 500  # characters; SMTP allows 998
logger = logging.getLogger(__name__)
_thread = ThreadPoolExecutor(1, thread_name_prefix="mail")  # what waits is sent before the process ends


def post(make: Callable[[], EmailMessage | None]) -> Future[None]:
    """Make and send a mail later, in the order of the calls; None: there is nothing to send."""
    return _thread.submit(_send, make, translation.get_language())


def _send(make: Callable[[], EmailMessage | None], language: str | None) -> None:
    try:
        with translation.override(language):
            mail = make()
            if mail is not None:
                mail.send()
    except Exception:  # a mail is a side effect
        logger.exception("A mail could not be sent")


class PlainMail(EmailMessage):
    """Its lines are sent as they are: a link that is broken in two cannot be copied from a console."""

    def message(self, *, policy: Policy[Any] | None = None) -> Any:
        return super().message(policy=(policy or policies.default).clone(max_line_length=LINE_MAX))


def mailbox_is_full(email: str) -> bool:
    """Whether this address is sent no more for a while; counts a mail. Asked of every address alike."""
    return bool(Throttle("mail", conf.mails_an_hour, 3600).count(email))


def reset_mail(person: User, reset_url: str, valid_hours: int) -> EmailMessage:
    context = {"name": str(person), "reset_url": reset_url, "valid_hours": valid_hours}
    return written("accounts/password_reset", person.email, **context)


def sign_up_mail(email: str, name: str, *, is_taken: bool, **urls: str) -> EmailMessage:
    """To somebody who wants an account; where they have one it says so."""
    template = "accounts/sign_up_taken" if is_taken else "accounts/sign_up"
    return written(template, email, name=name, **urls)


def written(template: str, email: str, **context: Any) -> EmailMessage:
    """The mail of `<template>_subject.txt` and `<template>_mail.txt`."""
    context["site"] = site()
    subject = render_to_string(f"{template}_subject.txt", context)
    text = render_to_string(f"{template}_mail.txt", context)
    return PlainMail(" ".join(subject.split()), text.lstrip(), to=[email])
