"""Who belongs to a handbook."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.forms import email_field
from apps.accounts.formview import Choice, HelpedRadios, accepted, form_view
from apps.accounts.personal import personal
from apps.events.actions import RefusedError
from apps.tenants.actions import add_member, change_role, remove_member
from apps.tenants.models import Role
from apps.tenants.permissions import Right

from ..selectors.members import ROLE_NAMES, member_rows
from .access import Entry, enter

REFUSED = 422
HELP = {
    Role.READER: gettext_lazy("Reads."),
    Role.EDITOR: gettext_lazy("Reads and writes."),
    Role.OWNER: gettext_lazy("Does all that, and decides on settings and members."),
}


class MemberForm(forms.Form):
    email = email_field("off", help_text=gettext_lazy("Of somebody who has an account here."))
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=list(ROLE_NAMES.items()),
        initial="reader",
        widget=HelpedRadios(HELP),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, handbook: str) -> HttpResponse:
    entry = enter(request, handbook, Right.MANAGE if request.method == "POST" else Right.READ)
    form = MemberForm(request.POST if request.method == "POST" else None)
    if form.is_bound and accepted(form, partial(add_member, entry.actor, entry.handbook.id)):
        text = _("%(email)s belongs to this handbook now.")
        messages.success(request, text % {"email": form.cleaned_data["email"]})
        return redirect(entry.handbook.members_url)
    return _page(request, entry, form=form)


@require_POST
def member_role(request: HttpRequest, handbook: str, person_id: UUID) -> HttpResponse:
    entry = enter(request, handbook, Right.MANAGE)
    try:
        change_role(entry.actor, entry.handbook.id, person_id, role=request.POST.get("role", ""))
    except RefusedError as error:
        return _page(request, entry, refused=(person_id, error.message))
    messages.success(request, _("Saved."))
    return redirect(entry.handbook.members_url)


@require_POST
def member_remove(request: HttpRequest, handbook: str, person_id: UUID) -> HttpResponse:
    """An owner removes somebody, or somebody leaves."""
    entry = enter(request, handbook, Right.READ)
    try:
        remove_member(entry.actor, entry.handbook.id, person_id)
    except RefusedError as error:
        return _page(request, entry, refused=(person_id, error.message))
    if person_id == entry.actor.id:
        return redirect("documents:front")
    messages.success(request, _("Removed."))
    return redirect(entry.handbook.members_url)


def _page(
    request: HttpRequest,
    entry: Entry,
    form: MemberForm | None = None,
    refused: tuple[UUID, str] | None = None,
) -> HttpResponse:
    form = form or MemberForm()
    shown = member_rows(entry.actor, entry.handbook, refused)
    return personal(
        request,
        "tenants/members.html",
        REFUSED if form.is_bound or refused else 200,
        handbook=entry.handbook,
        members=shown.rows,
        form=form_view(form, entry.handbook.members_url) if shown.manages else None,
        roles=tuple(Choice(value, str(label)) for value, label in ROLE_NAMES.items()),
    )
