"""What is the same for everybody who may read a handbook. These views look at the person for nothing
but the permission to read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response, set_response_etag
from django.views.decorators.http import require_safe

from apps.accounts.people import actor_of
from apps.accounts.site import site
from apps.tenants.models import Handbook
from apps.tenants.permissions import NotFoundError, Right, require

from ..selectors.handbook import HandbookView, handbook_view
from ..selectors.pages import moved_to, page_view
from ..selectors.tree import branch as branch_nodes
from ..selectors.tree import tree_page


def reader_enters(request: HttpRequest, slug: str) -> HandbookView:
    """The handbook, if this person may read it; of a public one nobody is asked who they are."""
    handbook = Handbook.objects.filter(slug=slug).first()
    if handbook is None:
        raise NotFoundError
    if not handbook.is_public:
        require(actor_of(request.user), handbook.pk, Right.READ)
    return handbook_view(handbook)


def shared(request: HttpRequest, handbook: HandbookView, template: str, **context: Any) -> HttpResponseBase:
    """The template in the handbook's language, with an ETag; only browsers keep what is private."""
    with translation.override(handbook.language):
        response = render(request, template, {"site": site(), "handbook": handbook, **context})
    response["Cache-Control"] = kept(handbook)
    response["Content-Language"] = handbook.language
    set_response_etag(response)
    return get_conditional_response(request, response["ETag"], None, response) or response


def kept(handbook: HandbookView) -> str:
    """Who may keep an answer; everybody asks again before using it."""
    return "no-cache" if handbook.is_public else "private, no-cache"


@require_safe
def page(request: HttpRequest, handbook: str, path: str) -> HttpResponseBase:
    book = reader_enters(request, handbook)
    path = path.removesuffix("/")
    if "\0" in path:
        raise Http404
    view = page_view(book, path)
    if view is not None:
        return shared(request, book, "documents/page.html", page=view)
    address = moved_to(book, path)
    if address is None:
        raise Http404
    response = HttpResponsePermanentRedirect(address)
    response["Cache-Control"] = kept(book)  # another page may stand here tomorrow
    return response


@require_safe
def branch(request: HttpRequest, handbook: str, document_id: UUID) -> HttpResponseBase:
    """Fragment: the children of one node of the tree."""
    book = reader_enters(request, handbook)
    return shared(request, book, "documents/branch.html", nodes=branch_nodes(book, document_id))


@require_safe
def tree(request: HttpRequest, handbook: str, document_id: UUID | None = None) -> HttpResponseBase:
    """The children of one document as a page, by parts: the whole tree without JavaScript."""
    book = reader_enters(request, handbook)
    start = request.GET.get("from", "0")
    view = tree_page(book, document_id, int(start) if start.isdecimal() and len(start) < 10 else 0)
    if view is None:
        raise Http404
    return shared(request, book, "documents/tree.html", **view)
