"""What a shared page may be: declarations are checked when the code is loaded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.rendering.books import Book
from apps.rendering.pages import QUERY_CHARS_MAX, PageDeclarationError, page

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("name", ["request", "user", "person", "actor", "session", "cookies", "headers"])
def test_a_page_that_asks_for_what_is_somebodys_own_is_refused_when_it_is_declared(name):
    scope: dict[str, object] = {}
    exec(f"def nosy(book, {name}): ...", scope)
    with pytest.raises(PageDeclarationError) as refused:
        page(fresh_for=HOUR)(scope["nosy"])
    text = str(refused.value)
    assert f"nosy cannot be a shared page: it asks for {name}." in text
    assert "Allowed are `book`, parts of the address and the query parameters it declares." in text


def test_all_that_is_wrong_is_named_at_once():
    def nosy(book: Book, user: object, request: object): ...

    with pytest.raises(PageDeclarationError, match=r"it asks for request, user\."):
        page(fresh_for=HOUR)(nosy)


def test_a_page_without_a_book_is_refused():
    def loose(path: str): ...

    def empty(): ...

    for function in (loose, empty):
        with pytest.raises(PageDeclarationError, match="its first parameter is not `book`"):
            page(fresh_for=HOUR)(function)


@pytest.mark.parametrize("kind", ["*everything", "**everything"])
def test_a_page_that_takes_whatever_comes_is_refused(kind):
    scope: dict[str, object] = {}
    exec(f"def greedy(book, {kind}): ...", scope)
    with pytest.raises(PageDeclarationError, match="everything"):
        page(fresh_for=HOUR)(scope["greedy"])


def test_a_query_parameter_that_is_not_taken_is_refused():
    def search(book: Book, q: str = ""): ...

    with pytest.raises(PageDeclarationError, match=r"search declares \['page'\] and does not take them"):
        page(fresh_for=HOUR, query=("q", "page"))(search)


@pytest.mark.parametrize("life", [timedelta(0), timedelta(seconds=-1)])
def test_a_page_without_a_life_is_refused(life):
    def brief(book: Book): ...

    with pytest.raises(PageDeclarationError, match="is no time at all"):
        page(fresh_for=life)(brief)


def test_the_canonical_query():
    def search(book: Book, q: str = "", from_: str = ""): ...

    declared = page(fresh_for=HOUR, query=("q", "from_"))(search)
    assert declared.canonical_query({}) == ()
    assert declared.canonical_query({"from": "3", "x": "1", "q": "a"}) == (("q", "a"), ("from_", "3"))
    assert declared.canonical_query({"from_": "3", "Q": "a", "q": ""}) == ()
    assert declared.canonical_query({"q": "x" * 501}) == (("q", "x" * QUERY_CHARS_MAX),)
