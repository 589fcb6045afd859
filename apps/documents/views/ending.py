"""Deleting a handbook, and taking that back."""

from __future__ import annotations

from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.formview import REFUSED, accepted, form_view
from apps.accounts.personal import personal
from apps.tenants.actions import TITLE_MAX, close_handbook, reopen_handbook
from apps.tenants.conf import conf
from apps.tenants.models import Handbook
from apps.tenants.permissions import Right

from ..selectors.front import ending_of
from .access import enter


class CloseForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Its title"),
        max_length=TITLE_MAX,
        help_text=gettext_lazy("Type it, so that the right handbook goes."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delete_handbook(request: HttpRequest, handbook: str) -> HttpResponse:
    """Asked for here; from then on this page says until when it can be taken back."""
    entry = enter(request, handbook, Right.MANAGE)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and accepted(form, partial(close_handbook, entry.actor, entry.handbook.id)):
        return redirect("documents:delete_handbook", handbook=handbook)
    ending = ending_of(Handbook.objects.get(pk=entry.handbook.id))
    return personal(
        request,
        "tenants/delete.html",
        REFUSED if form.is_bound else 200,
        handbook=entry.handbook,
        ending=ending,
        days=conf.deletion_days,
        form=None if ending else form_view(form, request.path),
    )


@require_POST
def reopen(request: HttpRequest, handbook: str) -> HttpResponse:
    entry = enter(request, handbook, Right.MANAGE)
    reopen_handbook(entry.actor, entry.handbook.id)
    messages.success(request, _("Taken back: “%s” is as it was.") % entry.handbook.title)
    return redirect(entry.handbook.settings_url)
