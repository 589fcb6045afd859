"""A person's notifications, and how they want to be told."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.people import actor_of
from apps.accounts.personal import personal, signed_in
from apps.events.actions import RefusedError
from apps.rendering.asking import number_in

from .actions import READ_AT_ONCE, change_wishes, mark_read
from .models import Notification
from .selectors import inbox, newest_unread, wishes_view
from .source import kinds, source

DIGITS_MAX = 6


@login_required
@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    actor, start = actor_of(request.user), number_in(request.GET.get("from", ""), DIGITS_MAX) or 0
    unread_only = bool(request.GET.get("unread"))
    until = newest_unread(signed_in(request).pk)  # before the rows: what comes between is not marked unseen
    return personal(
        request,
        "notifications/inbox.html",
        inbox=inbox(actor, unread_only=unread_only, start=start),
        unread_only=unread_only,
        until=until.isoformat() if until else None,
        all_url=reverse("notifications:inbox"),
        unread_url=reverse("notifications:inbox", query={"unread": "1"}),
        read_url=reverse("notifications:read"),
        wishes_url=reverse("notifications:wishes"),
    )


@login_required
@require_safe
def open_notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """On to what it is about. That it was opened is noted: it is the reader's own mark, and repeating it
    changes nothing."""
    actor = actor_of(request.user)
    row = Notification.objects.filter(pk=notification_id, person_id=actor.id).first()
    told = source().told(actor, [row]) if row else {}
    if row is None or row.pk not in told:
        raise Http404
    mark_read(actor, row.person_id, [row.pk])
    return redirect(told[row.pk].url)


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """All that there were when the list was drawn."""
    until = _moment(request.POST.get("until", ""))
    while until and mark_read(actor_of(request.user), signed_in(request).pk, until=until) == READ_AT_ONCE:
        pass  # each a unit of its own: nobody waits long for the person's stream
    return redirect("notifications:inbox")


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request.user)
    error = ""
    if request.method == "POST":
        told, mailed = set(request.POST.getlist("told")), set(request.POST.getlist("mailed"))
        names = set(kinds())
        try:
            change_wishes(
                actor,
                signed_in(request).pk,
                digest=request.POST.get("digest", ""),
                unwanted=names - told,
                unmailed=names - mailed,
            )
        except RefusedError as refused:
            error = refused.message
        else:
            messages.success(request, _("Saved."))
            return redirect("notifications:wishes")
    return personal(
        request,
        "notifications/wishes.html",
        422 if error else 200,
        wishes=wishes_view(actor),
        error=error,
        action=reverse("notifications:wishes"),
        inbox_url=reverse("notifications:inbox"),
    )
