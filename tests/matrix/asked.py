"""The questions of the matrix, what the table expects, and what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.tenants.permissions import Right
from tests.matrix.answers import Answer, Browsers
from tests.matrix.routes import Address, Route, address, nothing_like, routes
from tests.matrix.table import ROUTES, SEEN, Least, Row, Site
from tests.matrix.world import BESIDE, MEMBERS, PRIVATE, Book, World

NOWHERE: Final = "zbnone"  # the address of no handbook

type Method = Literal["GET", "POST"]


class Verdict(Enum):
    ALLOWED = "allowed"
    SIGN_IN = "asked to sign in"
    FORBIDDEN = "forbidden"
    NOTHING = "as if it were not there"
    KNOWN = "forbidden, of something that may be seen"


@dataclass(frozen=True)
class Question:
    """`slug`: the handbook in the address, which need not be the thing's own."""

    who: str
    method: Method
    route: Route
    row: Row
    book: Book
    thing: str
    slug: str

    def __str__(self) -> str:
        where = f" under /{self.slug}/" if self.slug != self.book.slug else ""
        return f"{self.who}: {self.method} {self.route.name}, {self.thing} of /{self.book.slug}/{where}"

    @property
    def at(self) -> Address:
        return address(
            self.route, self.slug, self.book.things[self.thing], self.row.query, book=self.book.slug
        )

    @property
    def form(self) -> dict[str, Any]:
        """What is sent; what it says of the thing is true."""
        said = {"home": self.book.things["home"]["document_id"], **self.book.said.get(self.thing, {})}
        form = {name: value.format(slug=self.slug, **said) for name, value in self.row.form.items()}
        return {name: _file() if value == "FILE" else value for name, value in form.items()}


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("other.txt", b"other")


def questions(world: World, who: str, book: Book) -> Iterator[Question]:
    """Every way in to what is in this handbook; what belongs to no handbook is asked of the private one."""
    for route in routes().values():
        row = ROUTES.get(route.name)
        if row is None or row.streams or not (route.slug or route.ids or book.slug == PRIVATE):
            continue
        for thing in row.things:
            ways = _ways(world, who, route, book) if thing == row.things[0] and thing not in MEMBERS else ()
            for slug in (book.slug, *ways):
                for method, least in (("GET", row.get), ("POST", row.post)):
                    asked = Question(who, method, route, row, book, thing, slug)  # type: ignore[arg-type]
                    if least is not None and (
                        slug == book.slug or world.right(who, world.books[slug]) >= least
                    ):
                        yield asked


def _ways(world: World, who: str, route: Route, book: Book) -> tuple[str, ...]:
    """Another handbook, where this person may do most."""
    if not route.slug or not route.ids:
        return ()
    others = [other for other in world.books.values() if other is not book and world.right(who, other)]
    most = max(others, key=lambda other: (world.right(who, other), other.slug == BESIDE), default=None)
    return (most.slug,) if most else ()


def expected(world: World, asked: Question) -> Verdict:
    row, who = asked.row, asked.who
    least = row.get if asked.method == "GET" else row.post
    seen = row.but.get(f"{asked.method} {asked.thing}", SEEN.get(asked.thing, Right.READ))
    if isinstance(least, Site):
        granted = Site.STAFF if who == "staff" else Site.OPEN if who == "visitor" else Site.SIGNED_IN
        if granted < least:
            return Verdict.SIGN_IN if who == "visitor" else Verdict.FORBIDDEN
        return Verdict.ALLOWED if not isinstance(seen, frozenset) or who in seen else Verdict.NOTHING
    assert least is not None
    right = world.right(who, world.books[asked.slug])
    if right is None:
        return Verdict.NOTHING
    is_here = asked.slug == asked.book.slug
    if is_here and who in row.own.get(asked.thing, ()):
        return Verdict.ALLOWED
    if right < least:
        return Verdict.SIGN_IN if who == "visitor" and asked.method == "GET" else Verdict.FORBIDDEN
    if not is_here or not _sees(who, right, seen):
        return Verdict.NOTHING
    if asked.method == "POST" and who not in row.authors.get(asked.thing, (who,)):
        return Verdict.KNOWN
    return Verdict.ALLOWED


def _sees(who: str, right: Right, seen: Least) -> bool:
    return who in seen if isinstance(seen, frozenset) else right >= seen


def ask(browsers: Browsers, asked: Question, at: Address, verdict: Verdict) -> Answer:
    is_allowed = verdict is Verdict.ALLOWED
    if asked.method == "GET":
        return browsers.get(asked.who, at, may_write=is_allowed and asked.row.writes_on_get)
    return browsers.post(asked.who, at, asked.form, may_write=is_allowed)


class Nothing:
    """What is said of what does not exist."""

    def __init__(self, world: World, browsers: Browsers) -> None:
        self.world = world
        self.browsers = browsers
        self._said: dict[tuple[str, ...], tuple[object, ...]] = {}

    def said(self, asked: Question) -> tuple[object, ...]:
        """To the same question; the handbook does not exist either, where it may not be known."""
        slug = asked.slug if self.world.right(asked.who, self.world.books[asked.slug]) else NOWHERE
        key = asked.who, asked.method, asked.route.name, slug
        if key not in self._said:
            thing = nothing_like(asked.book.things[asked.thing])
            at = address(asked.route, slug, thing, asked.row.query, book=slug)
            answer = ask(self.browsers, asked, at, Verdict.NOTHING)
            self._said[key] = answer.like(*at.named)
        return self._said[key]


def faults(world: World, browsers: Browsers, nothing: Nothing, asked: Question) -> Iterator[str]:
    """What is wrong with the answer, in words."""
    verdict, at = expected(world, asked), asked.at
    answer = ask(browsers, asked, at, verdict)
    told = answer.all_of_it
    shown = [mark for mark in world.hidden_from(asked.who) if mark in told and mark not in at.path]
    if shown and not asked.row.is_key:
        yield f"shows {', '.join(shown)} ({answer.status})"
    if verdict is Verdict.ALLOWED:
        yield from _not_as_allowed(asked, answer)
        return
    if answer.status != _refusal(asked, verdict, knows=world.right(asked.who, world.books[asked.slug])):
        yield f"{verdict.value}: answers {answer.status} {answer.location}"
    if answer.wrote:
        yield f"{verdict.value}: writes all the same"
    if verdict is not Verdict.KNOWN:
        yield from differences(answer.like(*at.named), nothing.said(asked))


def _not_as_allowed(asked: Question, answer: Answer) -> Iterator[str]:
    row, is_get = asked.row, asked.method == "GET"
    usual = row.got if is_get else row.posted
    status = usual.get(asked.who) or usual.get(asked.thing) or usual.get("*") or (200 if is_get else 0)
    if answer.status != status and (status or answer.status not in (302, 303)):
        yield f"allowed: answers {answer.status}, not {status or 'a redirect'}"
    if not status and not answer.location.startswith(_leads(asked)):
        yield f"allowed: leads to {answer.location}"
    if answer.wrote:
        yield "writes on GET"


def _leads(asked: Question) -> tuple[str, ...]:
    return tuple(place.format(slug=asked.slug) for place in asked.row.to)


def _refusal(asked: Question, verdict: Verdict, *, knows: Right | None) -> int:
    """`knows`: what the person may do in the handbook, if anything."""
    if verdict is Verdict.NOTHING:
        return asked.row.lost.get(asked.method, 404) if knows or not asked.route.slug else 404
    return 302 if verdict is Verdict.SIGN_IN else 403


def differences(answer: tuple[object, ...], nothing: tuple[object, ...]) -> Iterator[str]:
    for name, is_so, would_be in zip(("status", "headers", "cookies", "body"), answer, nothing, strict=True):
        if is_so != would_be:
            yield f"{name} differs from nothing's: {_shown(is_so, would_be)}"


def _shown(one: object, other: object) -> str:
    """Where two texts part."""
    first, second = str(one), str(other)
    start = next((n for n, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), 0)
    return f"{first[max(0, start - 60) : start + 120]!r} / {second[max(0, start - 60) : start + 120]!r}"
