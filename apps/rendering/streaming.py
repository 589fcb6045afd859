"""Personal pages that stream: the page at once, its parts in the same response as they get ready.

    async def me(request):
        return stream(request, "documents/me.html", [Part("drafts", ...), ...], title=...)

Status, redirects and headers are settled before: `stream` is called when nothing can go wrong any more
but a part, and a part that does shows its fallback. Nothing of it is stored.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from apps.accounts.personal import personal

from .encodings import encoding_for, packed
from .parts import Part, arriving
from .shells import Shell, later, moves_templates


def stream(request: HttpRequest, template: str, parts: Sequence[Part], **context: Any) -> HttpResponseBase:
    """A page for one person, as `personal` makes them; its parts follow. Raises ShellError."""
    began = time.perf_counter()
    page = personal(request, template, **context)
    shell = Shell.of(page.content.decode(), [part.name for part in parts])
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(status=page.status_code)
    else:
        native = moves_templates(request.headers.get("Sec-CH-UA", ""))
        chunks = _chunks(shell, parts, translation.get_language(), native=native)
        encoding = encoding_for(request.headers.get("Accept-Encoding", "").encode("latin-1", "replace"))
        response = StreamingHttpResponse(packed(chunks, encoding), status=page.status_code)
        if encoding:
            response["Content-Encoding"] = encoding.decode()
        patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = page["Cache-Control"]
    response["X-Accel-Buffering"] = "no"  # nginx would wait for the end
    response["Server-Timing"] = f"shell;dur={(time.perf_counter() - began) * 1000:.2f}"
    return response


async def _chunks(
    shell: Shell, parts: Sequence[Part], language: str, *, native: bool
) -> AsyncIterator[bytes]:
    """A reader who leaves closes this, and so stops the parts."""
    yield shell.first(native=native)
    async with aclosing(arriving(parts, language)) as arrivals:
        async for arrival in arrivals:
            yield later(arrival, native=native)
    yield shell.last()
