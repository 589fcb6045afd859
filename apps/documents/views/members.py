"""Who belongs to a handbook: roles, leaving, removing, handing over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.formview import REFUSED, Choice, HelpedRadios, accepted, form_view
from apps.accounts.personal import personal
from apps.events.actions import RefusedError
from apps.tenants.actions import change_role, remove_member, transfer_ownership
from apps.tenants.models import Role
from apps.tenants.permissions import NotFoundError, Right

from ..selectors.members import ROLE_NAMES, MemberRow, member_rows
from .access import Entry, enter
from .invite_form import InvitationForm, NewInvitation, send_invitation

BECOME = {
    Role.OWNER: gettext_lazy("Stay an owner beside them"),
    Role.EDITOR: gettext_lazy("Become an editor"),
    Role.READER: gettext_lazy("Become a reader"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, handbook: str) -> HttpResponse:
    """Owners invite here. What they are answered is the same whether or not an address has an account."""
    entry = enter(request, handbook, Right.MANAGE if request.method == "POST" else Right.READ)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    made: list[NewInvitation] = []

    def act(**given: Any) -> None:
        made.append(send_invitation(request, entry, **given))

    if form.is_bound and accepted(form, act):
        return _page(request, entry, new=made[0])
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


@require_http_methods(["GET", "HEAD", "POST"])
def member_remove(request: HttpRequest, handbook: str, person_id: UUID) -> HttpResponse:
    """An owner removes somebody, or somebody leaves: asked first."""
    own = request.user.pk == person_id
    entry = enter(request, handbook, Right.READ if own else Right.MANAGE)
    error = ""
    if request.method == "POST":
        try:
            remove_member(entry.actor, entry.handbook.id, person_id)
        except RefusedError as refused:
            error = refused.message
        else:
            return _gone(request, entry, own=own)
    shown = member_rows(entry.actor, entry.handbook)
    row = next((row for row in shown.rows if row.id == person_id), None)
    if row is None:
        raise NotFoundError
    return personal(
        request,
        "tenants/member_remove.html",
        REFUSED if error else 200,
        handbook=entry.handbook,
        member=row,
        action=request.path,
        error=error,
        is_last_owner=row.role == Role.OWNER and sum(each.role == Role.OWNER for each in shown.rows) == 1,
        transfer_url=shown.transfer_url,
        delete_url=reverse("documents:delete_handbook", kwargs={"handbook": entry.handbook.slug}),
    )


def _gone(request: HttpRequest, entry: Entry, *, own: bool) -> HttpResponse:
    if own:
        messages.success(request, _("You have left “%s”.") % entry.handbook.title)
        return redirect("accounts:account")
    messages.success(request, _("Removed."))
    return redirect(entry.handbook.members_url)


class TransferForm(forms.Form):
    person = forms.ChoiceField(label=gettext_lazy("New owner"))
    become = forms.ChoiceField(
        label=gettext_lazy("And you"),
        choices=list(BECOME.items()),
        initial=Role.EDITOR,
        widget=HelpedRadios({}),
    )

    def __init__(self, rows: tuple[MemberRow, ...], *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (str(row.id), f"{row.name} · {row.email}") for row in rows if not row.is_you
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, handbook: str) -> HttpResponse:
    """One member becomes an owner, and oneself what one says."""
    entry = enter(request, handbook, Right.MANAGE)
    rows = member_rows(entry.actor, entry.handbook).rows
    form = TransferForm(rows, request.POST if request.method == "POST" else None)

    def act(person: str, become: str) -> None:
        transfer_ownership(entry.actor, entry.handbook.id, UUID(person), become=become)

    if form.is_bound and accepted(form, act):
        messages.success(request, _("Saved."))
        return redirect(entry.handbook.members_url)
    return personal(
        request,
        "tenants/transfer.html",
        REFUSED if form.is_bound else 200,
        handbook=entry.handbook,
        form=form_view(form, request.path),
        has_others=any(not row.is_you for row in rows),
    )


def _page(
    request: HttpRequest,
    entry: Entry,
    form: InvitationForm | None = None,
    refused: tuple[UUID, str] | None = None,
    new: NewInvitation | None = None,
) -> HttpResponse:
    form = form or InvitationForm()
    shown = member_rows(entry.actor, entry.handbook, refused)
    return personal(
        request,
        "tenants/members.html",
        REFUSED if form.is_bound or refused else 200,
        handbook=entry.handbook,
        members=shown.rows,
        invitations=shown.invitations,
        transfer_url=shown.transfer_url,
        new=new,
        form=form_view(form, entry.handbook.members_url) if shown.manages else None,
        roles=tuple(Choice(value, str(label)) for value, label in ROLE_NAMES.items()),
    )
