"""Renewing, dropping and warming the pages of every handbook: for staff."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.formview import REFUSED, form_view
from apps.accounts.people import Actor, actor_of
from apps.accounts.personal import personal, personal_fragment
from apps.caching.tags import ROOT
from apps.rendering.models import CachedPage
from apps.tenants.models import Handbook
from apps.tenants.permissions import ForbiddenError

from ..operations import operation_of
from ..wishes import FateForm, Wish, fulfil
from .acting import question


def staff(request: HttpRequest) -> Actor:
    actor = actor_of(request.user)
    if not actor.staff:
        raise ForbiddenError
    return actor


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def everything(request: HttpRequest) -> HttpResponse:
    actor = staff(request)
    form = FateForm(request.POST if request.method == "POST" else None)
    action, index_url = reverse("console:everything"), reverse("console:handbooks")
    if not form.is_bound or not form.is_valid():
        status = REFUSED if form.is_bound else 200
        view = form_view(form, action)
        return personal(request, "console/everything.html", status, form=view, handbooks_url=index_url)
    fate, ids = form.cleaned_data["fate"], handbook_ids()
    if request.POST.get("confirmed") != "yes":
        asked = question(action, index_url, fate, CachedPage.objects.count(), len(ids))
        return personal(request, "console/confirm.html", handbook=None, rooms=None, question=asked)
    operation = fulfil(actor, *(Wish(id, ROOT, fate) for id in ids))
    return redirect("console:everything_progress", operation=operation)


def handbook_ids() -> list[UUID]:
    return list(Handbook.objects.order_by("pk").values_list("pk", flat=True))


@login_required
@require_safe
def everything_progress(request: HttpRequest, operation: UUID) -> HttpResponse:
    staff(request)
    return personal(
        request,
        "console/progress.html",
        handbook=None,
        rooms=None,
        operation=operation_of(handbook_ids(), operation),
        now_url=reverse("console:everything_now", kwargs={"operation": operation}),
        here_url=request.path,
        back_url=reverse("console:handbooks"),
    )


@login_required
@require_safe
def everything_now(request: HttpRequest, operation: UUID) -> HttpResponse:
    staff(request)
    return personal_fragment(request, "console/now.html", operation=operation_of(handbook_ids(), operation))
