"""Invitations as those who got one see them, and taking them back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.addresses import client_address
from apps.accounts.conf import conf
from apps.accounts.people import actor_of
from apps.accounts.personal import person_of, personal
from apps.accounts.throttles import Throttle
from apps.accounts.waiting import waiting_page
from apps.events.actions import RefusedError
from apps.tenants.actions import accept_invitation, revoke_invitation
from apps.tenants.models import Invitation, Membership, Role
from apps.tenants.permissions import NotFoundError, Right
from apps.tenants.selectors import invitation_of_member, usable_invitation

from ..selectors.handbook import page_url
from ..selectors.members import ROLE_NAMES
from .access import enter
from .invite_form import HELP

UNUSABLE = 410
NOT_YOURS = 403
WINDOW_S = 900


@dataclass(frozen=True)
class InvitationView:
    """`person` is None for a visitor; `is_foreign`: it was mailed to somebody else."""

    title: str
    color: str
    icon: str
    url: str
    join_url: str
    who: str
    role_name: str
    role_help: str
    person: str | None
    is_addressed: bool
    is_foreign: bool
    is_member: bool
    sign_in_url: str
    sign_up_url: str
    sign_out_url: str


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Opening the link joins nothing: a button does. Whatever lets nobody in is answered alike, but for who
    is in already."""
    tries, who = Throttle("invitation", conf.invitation_tries, WINDOW_S), client_address(request)
    wait = tries.wait_s(who)
    if wait:
        return waiting_page(request, wait)
    found = usable_invitation(secret)
    person = person_of(request)
    if found is not None and request.method == "POST" and person is not None:
        try:
            accept_invitation(actor_of(person), secret)
        except NotFoundError:
            found = None  # somebody else used it up just now
        except RefusedError:
            pass  # the page says so
        else:
            messages.success(request, _("Welcome to “%s”.") % found.handbook.title)
            return redirect(page_url(found.handbook.slug, ""))
    if found is None and person is not None:
        found = invitation_of_member(secret, person.pk)
    if found is None:
        tries.count(who)
        return personal(request, "tenants/invitation_over.html", UNUSABLE)
    return _page(request, found)


def _page(request: HttpRequest, found: Invitation) -> HttpResponse:
    person, handbook, query = person_of(request), found.handbook, {"next": request.path}
    is_member = Membership.objects.filter(handbook=handbook, person=person).exists() if person else False
    is_foreign = person is not None and not is_member and found.email not in ("", person.email)
    view = InvitationView(
        title=handbook.title,
        color=handbook.color,
        icon=handbook.icon,
        url=page_url(handbook.slug, ""),
        join_url=request.path,
        who=str(found.created_by or ""),
        role_name=str(ROLE_NAMES[Role(found.role)]),
        role_help=str(HELP[Role(found.role)]),
        person=str(person) if person else None,
        is_addressed=bool(found.email),
        is_foreign=is_foreign,
        is_member=is_member,
        sign_in_url=reverse("accounts:sign_in", query=query),
        sign_up_url=reverse("accounts:sign_up", query=query),
        sign_out_url=reverse("accounts:sign_out"),
    )
    return personal(request, "tenants/invitation.html", NOT_YOURS if is_foreign else 200, invitation=view)


@require_POST
def revoke(request: HttpRequest, handbook: str, invitation_id: UUID) -> HttpResponse:
    entry = enter(request, handbook, Right.MANAGE)
    revoke_invitation(entry.actor, entry.handbook.id, invitation_id)
    messages.success(request, _("Taken back: this invitation lets nobody in any more."))
    return redirect(entry.handbook.members_url)
