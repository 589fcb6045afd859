"""Inviting: the form of owners, the mail, and the link that is shown once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django import forms
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.conf import conf as accounts_conf
from apps.accounts.forms import email_field
from apps.accounts.formview import HelpedRadios
from apps.accounts.mailing import mailbox_is_full, post, written
from apps.accounts.personal import signed_in
from apps.accounts.throttles import Throttle
from apps.accounts.waiting import wait_text
from apps.events.actions import RefusedError
from apps.tenants.actions import invite
from apps.tenants.conf import conf
from apps.tenants.models import Role

from ..selectors.members import ROLE_NAMES
from .access import Entry

HELP = {
    Role.READER: gettext_lazy("Reads, ticks, comments."),
    Role.EDITOR: gettext_lazy("Reads and writes."),
    Role.OWNER: gettext_lazy("Does all that, and decides on settings and members."),
}
DAYS = [days for days in (1, 7, 14, 30) if days <= conf.invitation_days_max] or [conf.invitation_days_max]
USES = {
    1: gettext_lazy("One person"),
    10: gettext_lazy("Up to 10 people"),
    100: gettext_lazy("Up to 100 people"),
}


def _days() -> list[tuple[int, str]]:
    """In the language of whoever asks: a number in words is not lazy."""
    return [(days, ngettext("%d day from now", "%d days from now", days) % days) for days in DAYS]


class InvitationForm(forms.Form):
    email = email_field(
        "off",
        required=False,
        help_text=gettext_lazy("It is mailed there. Leave this empty for a link to pass on yourself."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=list(ROLE_NAMES.items()),
        initial=Role.READER,
        widget=HelpedRadios(HELP),
    )
    uses_max = forms.TypedChoiceField(
        label=gettext_lazy("Good for"), coerce=int, choices=list(USES.items()), initial=1
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Until"),
        coerce=int,
        choices=_days,
        initial=7 if 7 in DAYS else DAYS[-1],
    )


@dataclass(frozen=True)
class NewInvitation:
    """`url` is shown on this answer alone."""

    url: str
    email: str
    expires_at: datetime


def send_invitation(
    request: HttpRequest, entry: Entry, *, email: str, role: str, uses_max: int, days: int
) -> NewInvitation:
    """Make it, and mail it where an address is given. Raises RefusedError where too many were mailed."""
    if email:
        wait = Throttle("invite", accounts_conf.invitation_mails_an_hour, 3600).count(entry.actor.id)
        if wait:
            raise RefusedError(wait_text(wait), "email")
    made, secret = invite(
        entry.actor, entry.handbook.id, email=email, role=role, uses_max=uses_max, days=days
    )
    address = reverse("documents:invitation", kwargs={"secret": secret})
    url = request.build_absolute_uri(address)
    if made.email and not mailbox_is_full(made.email):
        post(partial(_mail, made.email, str(signed_in(request)), entry.handbook.title, url, made.expires_at))
    return NewInvitation(url, made.email, made.expires_at)


def _mail(email: str, who: str, title: str, url: str, expires_at: datetime) -> EmailMessage:
    return written(
        "tenants/invitation", email, who=who, title=title, invitation_url=url, expires_at=expires_at
    )
