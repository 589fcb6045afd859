"""The bytes of an image or file, never as something a browser would run."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.accounts.people import ANONYMOUS, Actor, actor_of
from apps.tenants.models import Handbook
from apps.tenants.permissions import NotFoundError, Right, right_of

from ..models import Media
from ..pictures import wanted_widths
from ..sniffing import MEDIA, SHOWN_INLINE, SVG_TYPE
from ..storing import file_path, variant_path
from .ranges import Span, UnsatisfiableRangeError, parse_range

CHUNK_BYTES: Final = 256 * 1024  # what is not larger is sent at once

# Nothing runs, loads or leaves, even when the address is opened by itself. SVG keeps its looks, sound
# and film play themselves.
SANDBOX: Final = "sandbox; default-src 'none'"
ALSO: Final = {SVG_TYPE: "; style-src 'unsafe-inline'", **dict.fromkeys(MEDIA, "; media-src 'self'")}


@require_safe
def media_file(request: HttpRequest, handbook: str, digest: str, name: str) -> HttpResponseBase:
    """The name is for people: the digest alone decides. `?w=640` gets a smaller copy where there is one.

    Of a public handbook a file never changes; for a private one, and for photos of checklists, every request
    asks for permission.
    """
    book = Handbook.objects.filter(slug=handbook).first()
    media = Media.objects.filter(handbook_id=book.pk, digest=digest).first() if book else None
    is_open = book is not None and book.is_public and media is not None and not media.for_members
    # Also where there is nothing: the answer's `Vary` must not tell.
    actor = ANONYMOUS if is_open else actor_of(request.user)
    if book is None or media is None:
        raise NotFoundError
    if not is_open and not _may(actor, book, media):
        raise NotFoundError
    response = _answer(request, media)
    if not is_open:
        response["Cache-Control"] = "private, no-cache"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _may(actor: Actor, book: Handbook, media: Media) -> bool:
    right = right_of(actor, book.pk)
    return right is not None and right >= (Right.TAKE_PART if media.for_members else Right.READ)


def _answer(request: HttpRequest, media: Media) -> HttpResponseBase:
    path, content_type, etag = _choose(request, media)
    response = get_conditional_response(request, etag) or sent_file(request, path, etag)
    shown = media.content_type in SHOWN_INLINE
    response["Content-Type"] = "text/plain; charset=utf-8" if content_type == "text/plain" else content_type
    response["Content-Disposition"] = content_disposition_header(not shown, media.name) or "attachment"
    response["Content-Security-Policy"] = SANDBOX + ALSO.get(content_type, "")
    response["X-Content-Type-Options"] = "nosniff"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    # Asked again each time: what is removed or made private must be gone everywhere.
    response["Cache-Control"] = "public, no-cache"
    return response


def _choose(request: HttpRequest, media: Media) -> tuple[Path, str, str]:
    """File, content type and ETag: the original's until the copy that is asked for is made."""
    original = file_path(media.handbook_id, media.digest)
    asked = request.GET.get("w", "")
    wanted = next(
        (width for width in wanted_widths(media.content_type, media.width) if str(width) == asked), None
    )
    if wanted is not None:
        copy = variant_path(original, wanted)
        if copy.exists():
            return copy, "image/webp", f'"{media.digest}-{wanted}"'
    return original, media.content_type, f'"{media.digest}"'


def sent_file(request: HttpRequest, path: Path, etag: str) -> HttpResponseBase:
    """The bytes that are asked for, streamed where they are many. Raises Http404 where there is no file."""
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    size = os.fstat(file.fileno()).st_size
    span, status, headers = Span(0, size), 200, {}
    if request.method == "GET" and request.headers.get("If-Range", etag) == etag:
        try:
            asked = parse_range(request.headers.get("Range", ""), size)
        except UnsatisfiableRangeError:
            file.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        if asked is not None:
            span, status = asked, 206
            headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    return _sent(request, file, span, status, headers | {"Content-Length": str(span.length)})


def _sent(
    request: HttpRequest, file: BinaryIO, span: Span, status: int, headers: dict[str, str]
) -> HttpResponseBase:
    if request.method == "HEAD" or span.length <= CHUNK_BYTES:
        with file:
            file.seek(span.start)
            body = b"" if request.method == "HEAD" else file.read(span.length)
            return HttpResponse(body, status=status, headers=headers)
    file.seek(span.start)
    chunks = _later(file, span.length) if isinstance(request, ASGIRequest) else _now(file, span.length)
    response = StreamingHttpResponse(chunks, status=status, headers=headers)
    response._resource_closers.append(file.close)  # type: ignore[attr-defined]
    return response


def _now(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0 and (chunk := file.read(min(CHUNK_BYTES, length))):
        length -= len(chunk)
        yield chunk


async def _later(file: BinaryIO, length: int) -> AsyncIterator[bytes]:
    read = sync_to_async(file.read, thread_sensitive=False)
    while length > 0 and (chunk := await read(min(CHUNK_BYTES, length))):
        length -= len(chunk)
        yield chunk
