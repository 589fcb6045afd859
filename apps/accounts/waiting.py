"""What is said to somebody who tried too often: the same whoever it is, and how long to wait."""

from __future__ import annotations

import math

from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from .personal import personal

TOO_MANY = 429


def wait_text(wait_s: int) -> str:
    minutes = math.ceil(wait_s / 60)
    return ngettext(
        "That was tried too often from here. Please wait %(num)d minute, then try again.",
        "That was tried too often from here. Please wait %(num)d minutes, then try again.",
        minutes,
    ) % {"num": minutes}


def must_wait(response: HttpResponse, wait_s: int) -> HttpResponse:
    """The answer, saying so to programs as well."""
    response.status_code = TOO_MANY
    response["Retry-After"] = str(wait_s)
    return response


def waiting_page(request: HttpRequest, wait_s: int) -> HttpResponse:
    """For what has no form to say it on."""
    return must_wait(personal(request, "accounts/wait.html", TOO_MANY, text=wait_text(wait_s)), wait_s)
