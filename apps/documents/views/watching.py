"""Watching a page: being told when it changes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.notifications.actions import stop_watching, watch
from apps.tenants.permissions import Right

from ..selectors.documents import document_head, seen_document
from .access import enter, signed_in


@require_POST
def watching(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponse:
    """`watch` says whether to begin or to stop. Both can be repeated."""
    entry = enter(request, handbook, Right.TAKE_PART)
    document = seen_document(entry.handbook, document_id, entry.right)
    if request.POST.get("watch") == "1":
        watch(entry.actor, entry.handbook.id, document.pk)
        messages.success(request, _("You will be told when this page changes."))
    else:
        stop_watching(entry.actor, signed_in(request).pk, document.pk)
        messages.success(request, _("You are no longer told about this page."))
    return redirect(document_head(entry.handbook, document).url)
