"""Wrong passwords: of one account from one address (by django-axes), and from one address for any.

An account that nobody has is counted like one that somebody has, so a wait tells nothing. Who signs in
from elsewhere does not wait: nobody can lock others out of their account from afar.
"""

from __future__ import annotations

import math
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.http import HttpRequest
from django.utils import timezone

from .addresses import client_address
from .conf import conf
from .models import normal_email
from .throttles import Throttle

BACKEND = "django.contrib.auth.backends.ModelBackend"  # that sessions are of


def axes_account(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """AXES_USERNAME_CALLABLE: one spelling of the address that was typed."""
    return normal_email(str((credentials or {}).get("email") or ""))


def address_wait_s(request: HttpRequest) -> int:
    """How long this address may try no account; 0: it may."""
    return _addresses().wait_s(client_address(request))


def wait_s(request: HttpRequest, email: str) -> int:
    """After a refused sign-in, which is counted by this: how long this address may not try again with
    this account; 0: it may."""
    locked = bool(getattr(request, "axes_locked_out", False))
    of_address = 0 if locked else _addresses().count(client_address(request))
    return max(_account_wait_s(request, email) if locked else 0, of_address)


def forgive(email: str) -> None:
    """Whoever proved that an account is theirs need not wait."""
    AxesProxyHandler.reset_attempts(username=normal_email(email))


def _addresses() -> Throttle:
    return Throttle("sign-in", conf.sign_in_address_tries, 60 * conf.sign_in_wait_minutes)


def _account_wait_s(request: HttpRequest, email: str) -> int:
    tried = AccessAttempt.objects.filter(username=normal_email(email), ip_address=client_address(request))
    last = tried.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    since_s = (timezone.now() - last).total_seconds() if last else 0.0
    return max(1, math.ceil(60 * conf.sign_in_wait_minutes - since_s))
