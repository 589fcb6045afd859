"""Shared pages: pure functions of handbook, address and audience class, the same bytes for everybody.

    @page(fresh_for=timedelta(hours=1), query=("q", "page"))     # the route itself stands in urls.py
    def search(book: Book, q: str = "", page: str = "") -> Render: ...

A page gets no request, so it cannot read a person, a cookie or a header. What it reads of the database
is noted by its projections. In urls.py it is a view like any other; the edge finds it there and keeps what
it makes, and where nothing is kept (another server in front, a test) the view answers by itself.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
)
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response

from apps.accounts.people import actor_of
from apps.accounts.site import site
from apps.caching.reads import current_reads
from apps.tenants.directory import HandbookRef
from apps.tenants.permissions import NotFoundError, Right, require

from .books import Book, book_at, book_of
from .feeds import Begun, Feed
from .parts import Arrival, Part, arrivals, in_turn
from .shells import Shell

FORBIDDEN: Final = {"request", "user", "person", "actor", "session", "cookies", "headers"}
ANYTHING: Final = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
QUERY_CHARS_MAX: Final = 500
LOST_KEPT: Final = 500  # handbooks, about
UNSHARED: Final = "private, no-cache"
PUBLIC: Final = "public"  # audiences: everybody, and whoever belongs to the handbook
MEMBERS: Final = "members"


class PageDeclarationError(TypeError):
    """A page asks for what a shared page may not have."""


@dataclass(frozen=True)
class Render:
    """A template with its values. They are projections and plain values, never models or requests.
    The parts in `later` are functions of the same; nobody waits for them to see the rest."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    later: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Moved:
    """The page is at another address now."""

    url: str


type PageFunction = Callable[..., Render | Moved]


@dataclass(frozen=True)
class Answer:
    """What a page made, before it is encoded for anybody. `audience`: who may be given it. Not `whole`:
    a part's fallback is in it, so nobody may keep it."""

    status: int
    body: bytes
    language: str
    audience: str
    location: str = ""
    whole: bool = True

    @property
    def etag(self) -> str:
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:24]}"'

    @property
    def cache_control(self) -> str:
        """Who may keep it; everybody asks again before using it."""
        return "no-cache" if self.audience == PUBLIC and self.whole else UNSHARED


@functools.lru_cache(maxsize=LOST_KEPT)
def lost(template: str, context: tuple[tuple[str, Any], ...], language: str, audience: str) -> Answer:
    """What is said where no page is. Its values, which are hashable, are the same all over a handbook, so a
    crawl of what is not there renders it once."""
    html = render_to_string(template, {"site": site(), **dict(context)})
    return Answer(404, html.encode(), language, audience)


type Gather = Callable[[Shell, tuple[Part, ...], Book], list[Arrival]]


def _in_turn(_shell: Shell, parts: tuple[Part, ...], book: Book) -> list[Arrival]:
    return list(in_turn(parts, book.language))


def _side_by_side(feed: Feed | None, shell: Shell, parts: tuple[Part, ...], book: Book) -> list[Arrival]:
    """What the parts read, the page has read."""
    reads, came = current_reads(), []
    if feed:
        feed.begin(Begun(shell, book.language, UNSHARED))
    for arrival in arrivals(parts, book.language):
        if feed:
            feed.add(arrival)
        came.append(arrival)
        if reads is not None and arrival.reads is not None:
            reads.merge(arrival.reads)
    if feed:
        feed.end()
    return came


class Page:
    """A declared page, and the view that answers with it."""

    def __init__(
        self, function: PageFunction, fresh_for: timedelta, query: tuple[str, ...], *, for_members: bool
    ) -> None:
        taken = inspect.signature(function).parameters
        names = [*taken]
        wrong = FORBIDDEN.intersection(names) | {
            name for name, each in taken.items() if each.kind in ANYTHING
        }
        if wrong or not names or names[0] != "book":
            said = f"it asks for {', '.join(sorted(wrong))}" if wrong else "its first parameter is not `book`"
            raise PageDeclarationError(
                f"{function.__module__}.{function.__qualname__} cannot be a shared page: {said}. Allowed are "
                "`book`, parts of the address and the query parameters it declares."
            )
        unknown = [name for name in query if name not in names]
        if unknown:
            raise PageDeclarationError(f"{function.__qualname__} declares {unknown} and does not take them.")
        if fresh_for <= timedelta(0):
            raise PageDeclarationError(f"{function.__qualname__}: fresh_for={fresh_for} is no time at all.")
        self.function = function
        self.fresh_for = fresh_for
        self.query = query
        self.for_members = for_members
        functools.update_wrapper(self, function)

    def audience(self, handbook: HandbookRef | Book) -> str:
        return PUBLIC if handbook.is_public and not self.for_members else MEMBERS

    def canonical_query(self, given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """The declared parameters that say something, in their declared order; all else is passed over.
        A parameter that Python keeps for itself ends with an underscore there (`from_`)."""
        words = ((name, given.get(name.removesuffix("_"), "")) for name in self.query)
        return tuple((name, word[:QUERY_CHARS_MAX]) for name, word in words if word)

    def make(
        self,
        ref: HandbookRef,
        arguments: Mapping[str, Any],
        query: Mapping[str, str],
        feed: Feed | None = None,
    ) -> Answer | None:
        """The page as it is now; None where the handbook is another by now. `feed` is told of its shell
        and parts as they get ready."""
        book = book_of(ref.id)
        if book is None or (book.slug, book.is_public) != (ref.slug, ref.is_public):
            return None
        return self.render(book, arguments, query, partial(_side_by_side, feed))

    def render(
        self, book: Book, arguments: Mapping[str, Any], query: Mapping[str, str], gather: Gather = _in_turn
    ) -> Answer:
        """The page of a handbook that was read already."""
        with translation.override(book.language):
            made = self.function(book, **arguments, **query)
            if isinstance(made, Moved):
                return Answer(301, b"", book.language, self.audience(book), made.url)
            if made.status == 404:
                return lost(made.template, tuple(made.context.items()), book.language, self.audience(book))
            html = render_to_string(made.template, {"site": site(), **made.context})
        if not made.later:
            return Answer(made.status, html.encode(), book.language, self.audience(book))
        shell = Shell.of(html, [part.name for part in made.later])
        came = gather(shell, made.later, book)
        return Answer(
            made.status,
            shell.in_order(came).encode(),
            book.language,
            self.audience(book),
            whole=all(arrival.whole for arrival in came),
        )

    def is_there(self, ref: HandbookRef, arguments: Mapping[str, Any]) -> bool:
        """Whether there is a page, or where one was moved to; nothing is rendered."""
        book = book_of(ref.id)
        if book is None:
            return False
        with translation.override(book.language):
            made = self.function(book, **arguments)
        return isinstance(made, Moved) or made.status != 404

    def __call__(self, request: HttpRequest, handbook: str, **arguments: Any) -> HttpResponseBase:
        """As a Django view: permission asked, rendered, nothing kept."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        book = book_at(handbook)
        if book is None or self.audience(book) == MEMBERS:
            actor = actor_of(request.user)  # also where there is nothing: the answer's `Vary` must not tell
            if book is None:
                raise NotFoundError
            require(actor, book.id, Right.TAKE_PART)
        query = self.canonical_query(request.GET.dict())
        answer = self.render(book, arguments, dict(query))
        if answer.status == 404:
            raise Http404  # the site's own page for it, in the visitor's language
        return _response(request, answer)


def _response(request: HttpRequest, answer: Answer) -> HttpResponseBase:
    response: HttpResponse
    if answer.location:
        response = HttpResponsePermanentRedirect(answer.location)
    else:
        response = HttpResponse(answer.body, status=answer.status)
        response["ETag"] = answer.etag
    response["Content-Language"] = answer.language
    response["Cache-Control"] = answer.cache_control
    return get_conditional_response(request, answer.etag, None, response) or response


def page(
    *, fresh_for: timedelta, query: tuple[str, ...] = (), for_members: bool = False
) -> Callable[[PageFunction], Page]:
    """Declare a shared page. After `fresh_for` it is served once more while it is made anew; a change
    of what it read makes it anew at once. `query` names the parameters it takes, as text. `for_members`:
    of a public handbook too."""

    def declare(function: PageFunction) -> Page:
        return Page(function, fresh_for, query, for_members=for_members)

    return declare
