"""The library of a handbook's images and files: for editors."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from apps.events.actions import RefusedError
from apps.tenants.permissions import Right

from ..actions.media import add_media, remove_media
from ..conf import conf
from ..media import TooLargeError
from ..models import Media
from ..selectors.media import markdown_of, media_page, relative_url
from .access import Entry, enter, personal, see_other
from .uploading import limit_upload, received_upload


@dataclass(frozen=True)
class UploadForm:
    action: str
    max_bytes: int
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)


@csrf_exempt  # the check reads the form, so it comes after the right and the limit: see _receive
@require_http_methods(["GET", "HEAD", "POST"])
def media(request: HttpRequest, handbook: str) -> HttpResponse:
    """GET: the library. POST multipart `file`: adds it and goes back there; a script that accepts JSON
    gets `{"url", "markdown"}` with 201, or `{"error"}`."""
    if request.method != "POST":
        return _library(request, enter(request, handbook, Right.EDIT))
    try:
        entry = enter(request, handbook, Right.EDIT)
    except (Http404, PermissionDenied) as error:
        if not _wants_json(request):
            raise
        status = 404 if isinstance(error, Http404) else 403
        return JsonResponse({"error": _("You may not add files here. Are you signed in?")}, status=status)
    try:
        limit_upload(request)
    except RefusedError as refused:
        return _refuse(request, entry, refused)
    return _receive(request, entry)


@csrf_protect
def _receive(request: HttpRequest, entry: Entry) -> HttpResponse:
    try:
        added = add_media(entry.actor, entry.handbook.id, received_upload(request))
    except RefusedError as refused:
        return _refuse(request, entry, refused)
    if _wants_json(request):
        return JsonResponse({"url": relative_url(added), "markdown": markdown_of(added)}, status=201)
    messages.success(request, _("“%s” was added.") % added.name)
    return see_other(entry.handbook.media_url)


def _refuse(request: HttpRequest, entry: Entry, refused: RefusedError) -> HttpResponse:
    status = 413 if isinstance(refused, TooLargeError) else 422
    if _wants_json(request):
        return JsonResponse({"error": refused.message}, status=status)
    return _library(request, entry, {refused.field: (refused.message,)}, status)


def _library(
    request: HttpRequest, entry: Entry, errors: dict[str, tuple[str, ...]] | None = None, status: int = 200
) -> HttpResponse:
    book = entry.handbook
    page = media_page(book, before=_id(request, "before"), after=_id(request, "after"))
    return personal(
        request,
        "documents/media.html",
        status,
        handbook=book,
        upload=UploadForm(book.media_url, conf.max_upload_bytes, errors or {}),
        rows=page.rows,
        newer_url=page.newer_url,
        older_url=page.older_url,
    )


@require_POST
def remove(request: HttpRequest, handbook: str, media_id: UUID) -> HttpResponse:
    entry = enter(request, handbook, Right.EDIT)
    found = Media.objects.filter(pk=media_id, handbook_id=entry.handbook.id).first()
    if found is None:
        raise Http404
    remove_media(entry.actor, media_id)
    messages.success(request, _("“%s” was removed.") % found.name)
    return see_other(entry.handbook.media_url)


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _id(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
