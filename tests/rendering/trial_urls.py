"""Pages that tests need and the site has not: long ones, ones that fail, ones that are soon over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.urls import include, path

from apps.documents.models import Document
from apps.documents.selectors.links import readable
from apps.queries.projections import projection, select
from apps.rendering.books import Book
from apps.rendering.pages import Render, page
from project import urls as site


@dataclass
class Trial:
    """What the test decides of the pages below."""

    fails: bool = False
    text: str = "text"
    made: list[str] = field(default_factory=list)


trial = Trial()


@projection(Document, stream="handbook_id", where=readable())
class Title:
    title: str


@page(fresh_for=timedelta(hours=1), query=("n",))
def titles(book: Book, n: str = "") -> Render:
    """The titles of a handbook, as text."""
    found = select(Title, book.id, order=("path",))
    trial.made.append(n)
    if trial.fails:
        raise ZeroDivisionError(n)
    return Render("trial", {"text": " ".join(each.title for each in found) + f" {trial.text}"})


@page(fresh_for=timedelta(hours=1))
def teapot(book: Book) -> Render:
    return Render("trial", {"text": trial.text}, status=418)


@page(fresh_for=timedelta(hours=1), for_members=True)
def inner(book: Book) -> Render:
    """For members, of public handbooks too."""
    return Render("trial", {"text": trial.text})


handler404, handler403, handler500 = site.handler404, site.handler403, site.handler500
urlpatterns = [
    path("<slug:handbook>/-/titles/", titles),
    path("<slug:handbook>/-/teapot/", teapot),
    path("<slug:handbook>/-/inner/", inner),
    path("", include("project.urls")),
]
